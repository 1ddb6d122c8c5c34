import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { stringify } from 'yaml';
import type { StoredCase, SuiteEvaluation } from '../../evaluation/index.ts';
import { AirworthyError } from '../../kernel/errors.ts';
import { readYamlSuite } from './read-yaml-suite.ts';

interface CasesToKeep {
  name: string;
  cases: readonly StoredCase[];
  /** What they are, in a sentence. */
  about: string;
}

/**
 * Writes a suite of its own for some cases, beside the file of the suite that was evaluated: the same tasks, scorers and gates on
 * `NAME.cases.jsonl`. A suite in YAML becomes one in YAML, one in TypeScript a file that imports it. Throws SUITE_NOT_FOUND where
 * that file is gone, SELECTION_EXISTS where there are other files of that name.
 */
export async function saveAsSuite(
  folder: string,
  { suite, spec }: SuiteEvaluation,
  { name, cases, about }: CasesToKeep,
): Promise<string[]> {
  const origin = join(folder, spec.file);
  if (!existsSync(origin)) {
    throw new AirworthyError('SUITE_NOT_FOUND', {
      message: `the suite "${suite}" was evaluated from ${spec.file}, which is gone`,
    });
  }
  const beside = dirname(origin);
  const rows = `${name}.cases.jsonl`;
  const isYaml = /\.ya?ml$/.test(origin);
  const text = isYaml
    ? await yamlSuite(origin, spec.file, { name, rows, about })
    : codeSuite(origin, { name, rows, about });
  const files = [
    { path: join(beside, rows), text: cases.map((each) => `${JSON.stringify(toLine(each))}\n`).join('') },
    { path: join(beside, isYaml ? `${name}.eval.yaml` : `${name}.eval.ts`), text },
  ];
  for (const { path, text: content } of files) requireFree(path, content, folder);
  // The cases first: a suite without them would be an error.
  for (const { path, text: content } of files) await writeDurably(path, content);
  return files.map(({ path }) => relative(folder, path));
}

/** A case as suites read it. */
function toLine({ id, input, expected, metadata, cluster }: StoredCase): Record<string, unknown> {
  return {
    id,
    input,
    ...(expected === undefined ? {} : { expected }),
    ...(cluster === undefined ? {} : { cluster }),
    metadata,
  };
}

interface Derived {
  name: string;
  rows: string;
  about: string;
}

async function yamlSuite(origin: string, shown: string, { name, rows, about }: Derived): Promise<string> {
  const written = await readYamlSuite(readFileSync(origin, 'utf8'), { file: origin, shown });
  const {
    roles: _roles,
    role: _role,
    cluster: _cluster,
    perturb: _perturb,
    ...suite
  } = written.input as Record<string, unknown>;
  return stringify({ ...suite, name, description: about, dataset: rows, role: 'dev' });
}

/** Tasks and scorers may be functions: they stay where they are. */
function codeSuite(origin: string, { name, rows, about }: Derived): string {
  return [
    `import suite from './${basename(origin)}';`,
    '',
    // Conditions are from anybody: a line break in one would end the comment.
    `// ${about.replaceAll(/\s+/g, ' ')}.`,
    'const { roles: _roles, cluster: _cluster, perturb: _perturb, ...rest } = suite;',
    `export default { ...rest, name: '${name}', description: ${JSON.stringify(about)}, dataset: '${rows}', role: 'dev' };`,
    '',
  ].join('\n');
}

function requireFree(path: string, text: string, folder: string): void {
  if (!existsSync(path) || readFileSync(path, 'utf8') === text) return;
  throw new AirworthyError('SELECTION_EXISTS', {
    message: `there is a file ${relative(folder, path)} with other content already`,
  });
}

async function writeDurably(path: string, text: string): Promise<void> {
  const making = `${path}.${createHash('sha256').update(text).digest('hex').slice(0, 8)}.tmp`;
  try {
    const file = await open(making, 'w');
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(making, path);
  } catch (error) {
    await rm(making, { force: true });
    throw error;
  }
}
