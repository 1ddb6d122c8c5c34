import { readFileSync } from 'node:fs';
import { basename, dirname, relative } from 'node:path';
import {
  findSuiteFiles,
  isSuiteFile,
  type Suite,
  SuiteInput,
  suiteNameOf,
} from '../../evaluation/running.ts';
import { AirworthyError } from '../../kernel/errors.ts';
import { sha256 } from '../../kernel/ids.ts';
import { nearestName } from '../../kernel/nearest-name.ts';
import { describeIssues, issueSentence } from '../../project/describe-issues.ts';
import { importSuite } from './import-suite.ts';
import type { WrittenSuite } from './read-yaml-suite.ts';

export interface SuitesAsked {
  /** The project's folder. */
  folder: string;
  /** Not searched. */
  dataFolder: string;
  /** Names of suites, or of their files; all where none is given. */
  names?: readonly string[];
}

/**
 * Finds and reads suites. A file that does not load is an error even where only others are asked for by name and one of
 * them is not found, because it may be that one.
 *
 * Throws SUITE_NOT_FOUND, SUITE_IMPORT_FAILED, SUITE_INVALID, each with file and line where they are known.
 *
 * @example
 * const [suite] = await loadSuites({ folder: '.', dataFolder: '.airworthy', names: ['support'] });
 */
export async function loadSuites({ folder, dataFolder, names = [] }: SuitesAsked): Promise<Suite[]> {
  const files = await findSuiteFiles(folder, dataFolder);
  if (files.length === 0) {
    throw new AirworthyError('SUITE_NOT_FOUND', {
      message: `there is no suite (*.eval.ts, *.eval.yaml) in ${folder}`,
    });
  }
  if (names.length === 0) return requireOwnNames(await loadFiles(files, folder));
  // By the file's name first: then the others need not be read.
  const direct = names.map((name) => files.find((file) => namesFile(file, name, folder)));
  if (direct.every((file) => file !== undefined)) {
    const loaded = await loadFiles(direct, folder);
    if (loaded.every((suite, index) => suite.name === names[index] || isSuiteFile(names[index])))
      return loaded;
  }
  const all = requireOwnNames(await loadFiles(files, folder));
  return names.map((name) => {
    const suite = all.find((one) => one.name === name || namesFile(one.file, name, folder));
    if (suite !== undefined) return suite;
    const known = all.map((one) => one.name);
    const nearest = nearestName(name, known);
    throw new AirworthyError('SUITE_NOT_FOUND', {
      message: `there is no suite "${name}"${nearest === undefined ? '' : `; did you mean "${nearest}"?`}`,
      facts: { name, suites: known },
    });
  });
}

function namesFile(file: string, name: string, folder: string): boolean {
  return (
    file === name || relative(folder, file) === name || basename(file) === name || suiteNameOf(file) === name
  );
}

async function loadFiles(files: readonly string[], folder: string): Promise<Suite[]> {
  const suites: Suite[] = [];
  for (const file of files) suites.push(await loadSuite(file, relative(folder, file)));
  return suites;
}

function requireOwnNames(suites: readonly Suite[]): Suite[] {
  const byName = new Map<string, Suite>();
  for (const suite of suites) {
    const other = byName.get(suite.name);
    if (other !== undefined) {
      throw new AirworthyError('SUITE_INVALID', {
        message: `two suites are called "${suite.name}": ${other.file} and ${suite.file}`,
        remedy: 'Give one of them another name.',
      });
    }
    byName.set(suite.name, suite);
  }
  return [...byName.values()];
}

async function loadSuite(file: string, shown: string): Promise<Suite> {
  const text = readFileSync(file, 'utf8');
  const fileDigest = sha256(text);
  const written = await readSuite(file, shown, text, fileDigest);
  return checkSuite(written, { file, shown, fileDigest });
}

async function readSuite(file: string, shown: string, text: string, digest: string): Promise<WrittenSuite> {
  if (!/\.ya?ml$/.test(file)) return importSuite(file, shown, digest);
  const { readYamlSuite } = await import('./read-yaml-suite.ts');
  return readYamlSuite(text, { file, shown });
}

function checkSuite(
  { input, lineOf }: WrittenSuite,
  { file, shown, fileDigest }: { file: string; shown: string; fileDigest: string },
): Suite {
  const parsed = SuiteInput.safeParse(input);
  if (!parsed.success) {
    const [first] = parsed.error.issues;
    const line = lineOf(first.path);
    const place = line === undefined ? shown : `${shown}:${line}`;
    const sentences = describeIssues(parsed.error.issues, input, SuiteInput).map(issueSentence);
    throw invalid(place, sentences.join('\n  '), { file, line });
  }
  const { task, tasks, ...suite } = parsed.data;
  if ((task === undefined) === (tasks === undefined)) {
    throw invalid(
      shown,
      `suite "${suite.name}" has ${task === undefined ? 'no task' : 'both task and tasks'}`,
      { file },
    );
  }
  return { ...suite, tasks: tasks ?? { main: task ?? {} }, file, folder: dirname(file), fileDigest };
}

function invalid(place: string, what: string, facts: Record<string, unknown>): AirworthyError {
  return new AirworthyError('SUITE_INVALID', { message: `${place}: ${what}`, at: place, facts });
}
