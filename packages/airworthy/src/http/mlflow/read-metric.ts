import { isRecord } from '../../kernel/is-record.ts';
import type { MetricInput } from '../../tracking/index.ts';
import { problemOfName } from './limits.ts';
import { invalidParameter, missingParameter } from './rpc.ts';
import { readNumber, readWholeNumber } from './wire.ts';

/** What `log-metric` is sent, or `log-batch` many times over. */
export interface SentMetric extends MetricInput {
  time: number;
  step: number;
  /** The logged model that was measured, and on what; empty where none was. */
  model: string;
  datasetName: string;
  datasetDigest: string;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads a metric by hand: a schema costs several times as much, and this is what servers of metrics do all day. `at` is
 * where it stands in its request, such as `metrics[3]`. Throws MlflowError.
 */
export function readMetric(fields: unknown, at = ''): SentMetric {
  if (!isRecord(fields)) throw invalidParameter(at, fields, 'a metric is an object');
  const key = readName(fields, at);
  const value = readNumber(fields.value);
  if (typeof value !== 'number') throw refuse(at, 'value', value, 'Please specify value as a valid double');
  const time = readWholeNumber(fields.timestamp);
  if (!isSafe(time) || time < 0)
    throw refuse(
      at,
      'timestamp',
      time,
      `Timestamp must be a nonnegative integer up to ${Number.MAX_SAFE_INTEGER}`,
    );
  const step = readWholeNumber(fields.step ?? 0);
  if (!isSafe(step))
    throw refuse(at, 'step', step, `Step must be an integer within ±${Number.MAX_SAFE_INTEGER}`);
  return {
    key,
    value,
    time,
    step,
    model: readText(fields, 'model_id', 'modelId', at),
    datasetName: readText(fields, 'dataset_name', 'datasetName', at),
    datasetDigest: readText(fields, 'dataset_digest', 'datasetDigest', at),
  };
}

/** The run that a request names, by its new name or its old one. */
export function readRunId(fields: Fields): string {
  const run = fields.run_id || fields.runId || fields.run_uuid || fields.runUuid;
  if (typeof run === 'string') return run;
  throw run === undefined
    ? missingParameter('run_id')
    : invalidParameter('run_id', run, 'a run id is a text');
}

function readName(fields: Fields, at: string): string {
  const { key } = fields;
  if (typeof key !== 'string' || key === '') throw refuse(at, 'key', key, 'a name is a text');
  const problem = problemOfName(key);
  if (problem !== undefined) throw refuse(at, at === '' ? 'key' : 'name', key, problem);
  return key;
}

function readText(fields: Fields, snake: string, camel: string, at: string): string {
  const value = fields[snake] ?? fields[camel] ?? '';
  if (typeof value === 'string') return value;
  throw refuse(at, snake, value, 'a text is wanted');
}

function isSafe(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

function refuse(at: string, name: string, value: unknown, message: string) {
  const path = at === '' ? name : `${at}.${name}`;
  return value === undefined || value === null || value === ''
    ? missingParameter(path)
    : invalidParameter(path, value, message);
}
