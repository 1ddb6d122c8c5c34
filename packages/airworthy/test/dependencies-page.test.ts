import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const ROOT = join(import.meta.dirname, '../../..');
const PAGE = readFileSync(join(ROOT, 'docs/decisions/dependencies.md'), 'utf8');

interface Manifest {
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  overrides?: Record<string, string>;
}

const workspace = readManifest('package.json');
const product = readManifest('packages/airworthy/package.json');
const pages = readManifest('packages/ui/package.json');
const examples = globSync('examples/*/package.json', { cwd: ROOT }).map(readManifest);

test('docs/decisions/dependencies.md has a row for every dependency, and no other', () => {
  const runtime = [product.dependencies, product.optionalDependencies, workspace.optionalDependencies];
  const development = [workspace, product, pages].map(({ devDependencies }) => devDependencies);
  const ofExamples = examples.flatMap(({ dependencies, devDependencies, peerDependencies }) => [
    dependencies,
    devDependencies,
    peerDependencies,
  ]);
  compare('Runtime', namesOf(runtime));
  compare('Development', namesOf(development));
  compare('Examples', namesOf(ofExamples));
  for (const name of namesOf([workspace.overrides]))
    assert.match(section('Overrides'), new RegExp(`\`${name}\``));
});

function readManifest(path: string): Manifest {
  return JSON.parse(readFileSync(join(ROOT, path), 'utf8')) as Manifest;
}

function namesOf(groups: readonly (Record<string, string> | undefined)[]): string[] {
  // An example depends on us, which needs no reason.
  const ours = new Set(['airworthy', '@airworthy/client']);
  return groups.flatMap((group) => Object.keys(group ?? {})).filter((name) => !ours.has(name));
}

function compare(title: string, names: readonly string[]): void {
  const rows = [...section(title).matchAll(/^\| *(`[^|]*) \|/gm)].flatMap(([, cell]) =>
    [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name),
  );
  const covers = (row: string, name: string) => new RegExp(`^${row.replaceAll('*', '[^/]+')}$`).test(name);
  const unsaid = names.filter((name) => !rows.some((row) => covers(row, name)));
  const unused = rows.filter((row) => !names.some((name) => covers(row, name)));
  assert.deepEqual({ unsaid, unused }, { unsaid: [], unused: [] }, `section ${title}`);
}

function section(title: string): string {
  const [, text = ''] = PAGE.split(`## ${title}\n`);
  return text.split('\n## ')[0];
}
