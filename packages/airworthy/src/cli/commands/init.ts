import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AirworthyError } from '../../kernel/errors.ts';
import type { Call, CommandSpec } from '../command.ts';

const PACKAGE = fileURLToPath(new URL('../../..', import.meta.url));
const TEMPLATE = join(PACKAGE, 'templates', 'penguins');

export const init: CommandSpec = {
  usage: 'init [dir]',
  summary: 'make a working project from a template',
  about:
    'A small regression on real data (penguins), with its config, README and first test. Writes nothing where a file is in the way.',
  examples: [
    ['airworthy init my-project', 'makes the folder my-project'],
    ['airworthy init', 'makes the project here, where none of its files exist yet'],
  ],
  run: makeProject,
};

async function makeProject(call: Call): Promise<undefined> {
  const folder = resolve(call.terminal.cwd, call.args[0] ?? '.');
  const paths = (await readdir(TEMPLATE, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => relative(TEMPLATE, join(entry.parentPath, entry.name)))
    .sort();
  const targets = paths.map((path) => targetName(path));
  refuseOverwriting(folder, targets);
  const name = projectName(folder);
  const replacements = { __NAME__: name, __AIRWORTHY__: await dependencyOn(folder) };
  for (const [index, path] of paths.entries()) {
    const target = join(folder, targets[index]);
    await mkdir(dirname(target), { recursive: true });
    const text = await readFile(join(TEMPLATE, path), 'utf8');
    await writeFile(target, replaceAll(text, replacements), { flag: 'wx' });
  }
  const here = relative(call.terminal.cwd, folder) || '.';
  call.print({ name, folder, files: targets }, () => nextSteps(name, here, targets));
}

/** npm leaves a file of that name out of a package, so the template has it without the dot. */
function targetName(path: string): string {
  return path === 'gitignore' ? '.gitignore' : path;
}

function refuseOverwriting(folder: string, targets: readonly string[]): void {
  const taken = targets.filter((target) => existsSync(join(folder, target)));
  if (taken.length === 0) return;
  throw new AirworthyError('FOLDER_IN_USE', {
    message: `${folder} already has ${taken.join(', ')}; nothing was written`,
    facts: { folder, taken },
  });
}

/** The folder's name in the form names have here: 'My Project' → 'my-project'. */
function projectName(folder: string): string {
  const name = basename(folder)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  return name === '' ? 'my-project' : name;
}

/** The published version; from a checkout, which no registry has, the path to it. */
async function dependencyOn(folder: string): Promise<string> {
  if (existsSync(join(PACKAGE, 'src', 'index.ts'))) {
    return `file:${relative(folder, PACKAGE).replaceAll('\\', '/')}`;
  }
  const manifest = JSON.parse(await readFile(join(PACKAGE, 'package.json'), 'utf8')) as { version: string };
  return `^${manifest.version}`;
}

function replaceAll(text: string, replacements: Readonly<Record<string, string>>): string {
  return Object.entries(replacements).reduce(
    (result, [token, value]) => result.replaceAll(token, value),
    text,
  );
}

function nextSteps(name: string, folder: string, files: readonly string[]): string {
  const go = folder === '.' ? [] : [`  cd ${folder}`];
  return [
    `${name}: ${files.length} files in ${folder}`,
    '',
    'Next:',
    ...go,
    '  npm install',
    '  npm start        trains, judges and serves the model',
    '  npm test',
  ].join('\n');
}
