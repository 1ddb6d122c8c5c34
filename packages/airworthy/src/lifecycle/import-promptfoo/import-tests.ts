import { globSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { compileText } from '../../evaluation/index.ts';
import { AirworthyError } from '../../kernel/errors.ts';
import { isRecord } from '../../kernel/is-record.ts';
import { type ImportedAssertion, importAssertion } from './import-assertions.ts';
import type { ImportLog } from './import-log.ts';
import { listOf, pathIn, type ReadFile, readRows, readText, readYaml, type Words } from './read-config.ts';
import { fromCsvRow } from './read-csv-test.ts';

/** A test as a case of a suite. */
export interface ImportedCase {
  id?: string;
  input: Words;
  expected?: unknown;
  metadata: Words & { assert?: ImportedAssertion[] };
}

/** A test before what holds for all is put with it, and where it stands. */
interface WrittenTest extends Level {
  at: string;
}

/** One of those that make a test: what holds for all, a scenario's settings, its own words. */
interface Level {
  test: Words;
  /** Where its assertions stand. */
  assertAt(index: number): string;
}

export interface TestsPlace {
  file: ReadFile;
  folder: string;
  log: ImportLog;
}

const MEMBERS = new Set(['vars', 'assert', 'description', 'metadata', 'options', 'id']);
const WHY_LEFT: Record<string, string> = {
  threshold: 'a case passes where all of its assertions hold; there is no share of them that is enough',
  providers: 'every case is asked of every task',
  provider: 'every case is asked of every task',
  prompts: 'every case is asked of every task',
  providerOutput: 'answers are not taken from the config; use a function as the task',
  assertScoringFunction: 'code is not run',
};
const OPTIONS = new Set(['provider', 'disableDefaultAsserts', 'disableVarExpansion']);

/** Every test, with defaults, scenarios and lists of values multiplied out, as a case. */
export async function importTests(config: Words, place: TestsPlace): Promise<ImportedCase[]> {
  const shared = readDefault(config, place);
  const written = [
    ...testsIn(config.tests, ['tests'], place).map((one) => ({ ...one, before: [shared] })),
    ...scenariosIn(config, place).map(({ settings, ...one }) => ({ ...one, before: [shared, settings] })),
  ];
  const cases: ImportedCase[] = [];
  for (const { before, ...own } of written) {
    leaveMembers(own.test, own.at, place.log);
    const levels = [...before, own];
    for (const vars of multiply(levels, own.at, place)) cases.push(await caseOf(own, vars, levels, place));
  }
  return withIds(cases, place.log);
}

/** `defaultTest`: an object, or `file://`. */
function readDefault(config: Words, { file, folder, log }: TestsPlace): Level {
  const { defaultTest } = config;
  if (defaultTest === undefined) return { test: {}, assertAt: () => file.at() };
  const read = typeof defaultTest === 'string' ? readYaml(pathIn(folder, defaultTest)) : undefined;
  const value = read === undefined ? defaultTest : read.value;
  const at = read?.at() ?? file.at(['defaultTest']);
  if (!isRecord(value)) {
    log.left(at, 'defaultTest', 'it is no object');
    return { test: {}, assertAt: () => at };
  }
  leaveMembers(value, at, log, 'defaultTest');
  log.carried(at, 'defaultTest');
  const assertAt = (index: number) =>
    read?.at(['assert', index]) ?? file.at(['defaultTest', 'assert', index]);
  return { test: value, assertAt };
}

function testsIn(written: unknown, path: readonly PropertyKey[], place: TestsPlace): WrittenTest[] {
  return listOf(written).flatMap((test, index) => {
    const own = Array.isArray(written) ? [...path, index] : path;
    const at = place.file.at(own);
    if (typeof test === 'string') return testsOfFile(test, at, place);
    if (isRecord(test) && typeof test.path === 'string') return testsOfFile(test.path, at, place);
    if (isRecord(test)) return [{ test, at, assertAt: (item) => place.file.at([...own, 'assert', item]) }];
    place.log.left(at, 'test', 'it is neither an object nor a file');
    return [];
  });
}

function testsOfFile(reference: string, at: string, { folder, log }: TestsPlace): WrittenTest[] {
  if (
    /^(huggingface|https?|az|s3):/.test(reference) ||
    /\.(m?[jt]s|cjs|py|xlsx?)(:\w+)?(#.*)?$/i.test(reference)
  ) {
    log.left(
      at,
      `tests ${reference}`,
      'tests from the network, from code or from a spreadsheet are not read; save them as CSV or JSON lines',
    );
    return [];
  }
  const path = pathIn(folder, reference);
  const paths = /[*?[{]/.test(reference) ? globSync(path).sort() : [path];
  if (paths.length === 0) log.left(at, `tests ${reference}`, 'no file is named so');
  return paths.flatMap((one) => {
    const { rows, csv, at: rowAt } = readRows(one);
    return rows.flatMap((row, index) => {
      if (!isRecord(row)) {
        log.left(rowAt(index), 'test', 'it is no object');
        return [];
      }
      const stands = rowAt(index);
      const test = csv ? fromCsvRow(row as Record<string, string>, stands, log) : row;
      return [{ test, at: stands, assertAt: () => stands }];
    });
  });
}

function scenariosIn(config: Words, place: TestsPlace): (WrittenTest & { settings: Level })[] {
  return listOf(config.scenarios).flatMap((scenario, index) => {
    const at = place.file.at(['scenarios', index]);
    if (!isRecord(scenario)) {
      place.log.left(at, 'scenario', 'scenarios in files are not read; write them into the config');
      return [];
    }
    for (const name of Object.keys(scenario)) {
      if (!['config', 'tests', 'description'].includes(name))
        place.log.left(at, `scenario: ${name}`, 'it has no counterpart here');
    }
    const tests = testsIn(scenario.tests, ['scenarios', index, 'tests'], place);
    const settings = listOf(scenario.config)
      .filter(isRecord)
      .map((test, row) => ({
        test,
        assertAt: (item: number) => place.file.at(['scenarios', index, 'config', row, 'assert', item]),
      }));
    for (const { test } of settings) leaveMembers(test, at, place.log, 'scenario');
    place.log.carried(at, `scenario of ${settings.length} × ${tests.length} tests`);
    return settings.flatMap((each) => tests.map((one) => ({ ...one, settings: each })));
  });
}

function leaveMembers(test: Words, at: string, log: ImportLog, what = 'test'): void {
  for (const [name, value] of Object.entries(test)) {
    if (MEMBERS.has(name)) continue;
    const uses = name === 'threshold' ? ` ${String(value)}` : '';
    log.left(at, `${what}: ${name}${uses}`, WHY_LEFT[name] ?? 'it has no counterpart here');
  }
  if (!isRecord(test.options)) return;
  for (const name of Object.keys(test.options)) {
    if (OPTIONS.has(name)) continue;
    const isCode = name.startsWith('transform') || name === 'postprocess';
    log.left(at, `${what}: options.${name}`, isCode ? 'code is not run' : 'it has no counterpart here');
  }
}

/** A variable with several values makes several tests, of all of them with all. */
function multiply(levels: readonly Level[], at: string, place: TestsPlace): Words[] {
  const merged: Words = Object.assign({}, ...levels.map(({ test }) => varsOf(test, at, place)));
  const options = optionsOf(levels);
  let all: Words[] = [{}];
  for (const [name, value] of Object.entries(merged)) {
    const read = readVariable(name, value, at, place);
    const values = Array.isArray(read) && options.disableVarExpansion !== true ? read : [read];
    all = all.flatMap((vars) => values.map((one) => ({ ...vars, [name]: one })));
  }
  return all.map((vars) => fillIn(vars, at, place.log));
}

function varsOf({ vars }: Words, at: string, { folder, log }: TestsPlace): Words {
  if (vars === undefined || vars === null) return {};
  const read = typeof vars === 'string' ? readYaml(pathIn(folder, vars)).value : vars;
  if (isRecord(read)) return read;
  log.left(at, 'vars', 'they are no object');
  return {};
}

function readVariable(name: string, value: unknown, at: string, { folder, log }: TestsPlace): unknown {
  if (typeof value !== 'string' || !value.startsWith('file://')) return value;
  if (/\.(m?[jt]s|cjs|py|pdf|png|jpe?g|gif|webp|svg|mp[34]|wav)$/i.test(value)) {
    log.left(at, `variable ${name}`, `${value} is code or no text; its address is kept`);
    return value;
  }
  const path = pathIn(folder, value);
  const read = (one: string) =>
    /\.(json|ya?ml)$/i.test(one) ? JSON.stringify(readYaml(one).value) : readText(one).trim();
  log.changed(at, `variable ${name}`, `the content of ${value} is written into the suite`);
  return /[*?[{]/.test(value) ? globSync(path).sort().map(read) : read(path);
}

/** Variables may name others. */
function fillIn(vars: Words, at: string, log: ImportLog): Words {
  const filled = Object.entries(vars).map(([name, value]) => {
    if (typeof value !== 'string' || !/\{\{|\{%/.test(value)) return [name, value];
    try {
      return [name, compileText(value, `variable ${name}`)(vars)];
    } catch (error) {
      if (!AirworthyError.is(error)) throw error;
      log.left(at, `template in variable ${name}`, `${error.message}; the text is kept as it is`);
      return [name, value];
    }
  });
  return Object.fromEntries(filled);
}

function optionsOf(levels: readonly Level[]): Words {
  return Object.assign({}, ...levels.map(({ test }) => test.options ?? {}));
}

async function caseOf(
  own: WrittenTest,
  vars: Words,
  levels: readonly Level[],
  { folder, log }: TestsPlace,
): Promise<ImportedCase> {
  const { provider, disableDefaultAsserts } = optionsOf(levels);
  const asserting = disableDefaultAsserts === true ? [own] : levels;
  const written = asserting.flatMap(({ test, assertAt }) =>
    listOf(test.assert).flatMap((one, index) => unpack(one, assertAt(index), log)),
  );
  const made: ImportedAssertion[] = [];
  let expected: unknown;
  const expect = (value: unknown) => {
    expected ??= value;
    return isDeepStrictEqual(expected, value);
  };
  for (const { assertion, at } of written) {
    const one = await importAssertion(assertion, { at, vars, folder, provider, expect, log });
    if (one) made.push(one);
  }
  const { description, id } = own.test;
  log.carried(own.at, typeof description === 'string' ? `test ${JSON.stringify(description)}` : 'test');
  return {
    ...(id === undefined ? {} : { id: String(id) }),
    input: vars,
    ...(expected === undefined ? {} : { expected }),
    metadata: {
      ...Object.assign({}, ...levels.map(({ test }) => (isRecord(test.metadata) ? test.metadata : {}))),
      ...(description === undefined ? {} : { description }),
      ...(made.length === 0 ? {} : { assert: made }),
    },
  };
}

/** A set of assertions holds here where all of it does. */
function unpack(written: unknown, at: string, log: ImportLog): { assertion: unknown; at: string }[] {
  if (!isRecord(written) || written.type !== 'assert-set') return [{ assertion: written, at }];
  const { threshold, metric, assert } = written;
  if (threshold === undefined || threshold === 1) log.carried(at, 'assert-set');
  else log.changed(at, 'assert-set', `all of it has to hold, not a share of ${String(threshold)}`);
  const named = (one: unknown) =>
    isRecord(one) && metric !== undefined && one.metric === undefined ? { ...one, metric } : one;
  return listOf(assert).flatMap((one) => unpack(named(one), at, log));
}

/** A case’s id is made from its input; equal ones need ids of their own. */
function withIds(cases: readonly ImportedCase[], log: ImportLog): ImportedCase[] {
  const seen = new Map<string, number>();
  return cases.map((each) => {
    const key = each.id ?? JSON.stringify(each.input);
    const before = seen.get(key) ?? 0;
    seen.set(key, before + 1);
    if (before === 0) return each;
    const id = `${each.id ?? 'repeated'}-${[...seen.values()].reduce((sum, count) => sum + count, 0)}`;
    log.changed(id, 'test', 'another has the same variables: it got an id of its own');
    return { ...each, id };
  });
}
