import { isRecord } from '../../kernel/is-record.ts';
import { problemOfName, RUN_PARAM_LENGTH, RUN_TAG_LENGTH } from './limits.ts';
import { MlflowError } from './mlflow-error.ts';
import { readMetric, readRunId, type SentMetric } from './read-metric.ts';
import { invalidParameter, missingParameter } from './rpc.ts';

const MOST_METRICS = 1_000;
const MOST_PARAMS = 100;
const MOST_TAGS = 100;
const MOST_IN_ALL = 1_000;

export interface SentBatch {
  run: string;
  metrics: SentMetric[];
  params: Record<string, string>;
  tags: Record<string, string>;
}

/** Reads a batch by hand, as `readMetric` does. Throws MlflowError; then nothing of the batch is taken. */
export function readBatch(fields: Readonly<Record<string, unknown>>): SentBatch {
  const run = readRunId(fields);
  const metrics = readList(fields.metrics, 'metrics', MOST_METRICS);
  const params = readList(fields.params, 'params', MOST_PARAMS);
  const tags = readList(fields.tags, 'tags', MOST_TAGS);
  const count = metrics.length + params.length + tags.length;
  if (count > MOST_IN_ALL) throw tooMany('metrics, params, and tags', MOST_IN_ALL, count);
  const paramPairs = params.map((pair, index) => readPair(pair, `params[${index}]`, RUN_PARAM_LENGTH));
  refuseRepeats(paramPairs);
  return {
    run,
    metrics: metrics.map((metric, index) => readMetric(metric, `metrics[${index}]`)),
    params: Object.fromEntries(paramPairs),
    tags: Object.fromEntries(tags.map((pair, index) => readPair(pair, `tags[${index}]`, RUN_TAG_LENGTH))),
  };
}

function readList(value: unknown, name: string, most: number): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw invalidParameter(name, value, 'a list is wanted');
  if (value.length > most) throw tooMany(name, most, value.length);
  return value;
}

function tooMany(what: string, most: number, count: number): MlflowError {
  return new MlflowError(
    'INVALID_PARAMETER_VALUE',
    `A batch logging request can contain at most ${most} ${what}. Got ${count} ${what}. Please split up ${what} ` +
      'across multiple requests and try again.',
  );
}

/** A param or tag; an unset value is an empty one, and of a long one so much is kept as MLflow keeps. */
function readPair(pair: unknown, at: string, most: number): [key: string, value: string] {
  if (!isRecord(pair)) throw invalidParameter(at, pair, 'a key and a value are wanted');
  const { key } = pair;
  const value = pair.value ?? '';
  if (typeof key !== 'string' || key === '') throw missingParameter(`${at}.key`);
  const problem = problemOfName(key);
  if (problem !== undefined) throw invalidParameter(`${at}.key`, key, problem);
  if (typeof value !== 'string') throw invalidParameter(`${at}.value`, value, 'a text is wanted');
  return [key, value.slice(0, most)];
}

function refuseRepeats(pairs: readonly (readonly [key: string, value: string])[]): void {
  const seen = new Set<string>();
  const repeated = pairs.map(([key]) => key).filter((key) => seen.size === seen.add(key).size);
  if (repeated.length === 0) return;
  throw new MlflowError(
    'INVALID_PARAMETER_VALUE',
    `Duplicate parameter keys have been submitted: ['${repeated.join("', '")}']. Please ensure the request contains ` +
      'only one param value per param key.',
  );
}
