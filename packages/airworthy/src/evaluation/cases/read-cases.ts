import { relative, resolve } from 'node:path';
import { AirworthyError } from '../../kernel/errors.ts';
import { isRecord } from '../../kernel/is-record.ts';
import type { Context } from '../../store/ports.ts';
import type { EvaluationCase } from '../suites/evaluation-case.ts';
import type { Suite } from '../suites/suite.ts';
import type { SourceRow } from './source-row.ts';
import { toCase } from './to-case.ts';

/** The cases of a suite as they are written, before roles, slices and filters. */
export interface CaseStream {
  /** Digest of the dataset version they are from. */
  version: string | null;
  /** Reads them from the first on, each time it is called. */
  read(): AsyncIterable<EvaluationCase>;
}

/**
 * Opens the dataset of a suite: a list, a function, a file or a dataset version. Throws SUITE_INVALID for a case that is
 * none, DATA_FILE_NOT_FOUND, DATASET_NOT_FOUND for a version that is gone.
 */
export async function openCases(context: Context, suite: Suite): Promise<CaseStream> {
  const { dataset } = suite;
  const of = `suite "${suite.name}"`;
  if (typeof dataset === 'string') {
    const { readCaseFile } = await import('./read-case-file.ts');
    const path = resolve(suite.folder, dataset);
    const shown = relative(suite.folder, path);
    return { version: null, read: () => toCases(readCaseFile(context, path, shown)) };
  }
  if (typeof dataset === 'function') {
    const given = await callSource(dataset, of);
    const inHand = Array.isArray(given) ? given : undefined;
    return {
      version: null,
      read: () => toCases(numbered(inHand ?? callSource(dataset, of), `${of}: case`)),
    };
  }
  if (Array.isArray(dataset)) return { version: null, read: () => toCases(numbered(dataset, `${of}: case`)) };
  const { openDatasetCases } = await import('./read-dataset-cases.ts');
  const { version, rows } = await openDatasetCases(context, dataset);
  return { version, read: () => (dataset.id === undefined ? apart(toCases(rows())) : toCases(rows())) };
}

/** Equal rows of a table are cases of their own: the second is called by its content and "-2". */
async function* apart(cases: AsyncIterable<EvaluationCase>): AsyncGenerator<EvaluationCase> {
  const times = new Map<string, number>();
  for await (const each of cases) {
    const time = (times.get(each.id) ?? 0) + 1;
    times.set(each.id, time);
    yield time === 1 ? each : { ...each, id: `${each.id}-${time}` };
  }
}

type Source = Iterable<unknown> | AsyncIterable<unknown>;

async function callSource(source: () => unknown, of: string): Promise<Source> {
  const given = await source();
  if (isIterable(given)) return given;
  throw new AirworthyError('SUITE_INVALID', {
    message: `${of}: the function of its dataset gives ${given === null ? 'null' : typeof given}, not cases`,
    remedy: 'Return a list of cases, or anything that can be iterated.',
  });
}

function isIterable(value: unknown): value is Source {
  return isRecord(value) || Array.isArray(value)
    ? Symbol.iterator in value || Symbol.asyncIterator in value
    : false;
}

async function* numbered(source: Source | Promise<Source>, name: string): AsyncGenerator<SourceRow> {
  let number = 0;
  for await (const raw of await source) {
    number += 1;
    yield { raw, place: `${name} ${number}` };
  }
}

async function* toCases(rows: AsyncIterable<SourceRow>): AsyncGenerator<EvaluationCase> {
  for await (const { raw, place } of rows) yield toCase(raw, place);
}
