import { AirworthyError } from '../kernel/errors.ts';
import type { Task } from '../models/table.ts';
import { LAST_TIME, parseTimestamp } from '../models/timestamps.ts';
import { businessKeyOf } from '../serving/index.ts';
import { type LabelInput, type LabelValue, PredictionId, Source } from './schema.ts';

/** What labels of an endpoint are checked against. */
export interface LabelRules {
  task: Task;
  /** `serving.key`. */
  key?: readonly string[] | undefined;
  /** The latest moment a label may be known at, in ms since the epoch. */
  latest: number;
}

/** A label that fits the endpoint. Exactly one of `prediction` and `key` is set. */
export interface ReadLabel {
  prediction: string | null;
  key: string | null;
  value: LabelValue;
  /** Milliseconds since the epoch; null: when it is received. */
  knownAt: number | null;
  source: string;
}

const SHOWN_PROBLEMS = 20;
const SHOWN = 60;
const UNNAMED_SOURCE = 'label';

/** Labels in their normal form; throws LABEL_INVALID that names each that does not fit, by its place in the list. */
export function readLabels(labels: readonly LabelInput[], rules: LabelRules): ReadLabel[] {
  const problems: { index: number; problem: string }[] = [];
  const read: ReadLabel[] = [];
  for (const [index, label] of labels.entries()) {
    const result = readLabel(label, rules);
    if (typeof result === 'string') problems.push({ index, problem: result });
    else read.push(result);
  }
  if (problems.length > 0) throw labelsInvalid(problems);
  return read;
}

export function labelsInvalid(problems: readonly { index: number; problem: string }[]): AirworthyError {
  const shown = problems.slice(0, 3).map(({ index, problem }) => `labels[${index}] ${problem}`);
  const rest = problems.length - shown.length;
  return new AirworthyError('LABEL_INVALID', {
    message: `${shown.join('; ')}${rest > 0 ? `; and ${rest} more` : ''}`,
    at: `labels[${problems[0].index}]`,
    facts: { labels: problems.slice(0, SHOWN_PROBLEMS), count: problems.length },
  });
}

/** The label, or what is wrong with it. */
function readLabel(label: LabelInput, { task, key, latest }: LabelRules): ReadLabel | string {
  const target = readTarget(label, key);
  if (typeof target === 'string') return target;
  if (label.source !== undefined && !Source.safeParse(label.source).success)
    return `has the source ${show(label.source)}; up to 100 printable characters are needed`;
  const value = readValue(task, label.value);
  if (value === undefined) return `has the value ${show(label.value)}; ${expected(task)}`;
  const knownAt = label.knownAt === undefined ? null : Math.floor(parseTimestamp(label.knownAt));
  if (knownAt !== null && !(Math.abs(knownAt) <= LAST_TIME))
    return `has knownAt ${show(label.knownAt)}, which is neither ISO 8601 nor milliseconds since the epoch`;
  if (knownAt !== null && knownAt > latest)
    return `is known at ${new Date(knownAt).toISOString()}, which lies in the future`;
  return { ...target, value, knownAt, source: label.source ?? UNNAMED_SOURCE };
}

function readTarget(
  { prediction, key }: LabelInput,
  declared: readonly string[] | undefined,
): Pick<ReadLabel, 'prediction' | 'key'> | string {
  if ((prediction === undefined) === (key === undefined)) return 'needs either a prediction or a key';
  if (key === undefined) {
    if (PredictionId.safeParse(prediction).success) return { prediction: prediction ?? null, key: null };
    return `has the prediction id ${show(prediction)}, which is not 32 lower-case hex characters`;
  }
  if (declared === undefined) return 'has a key, but the project declares none in serving.key';
  const extra = Object.keys(key).find((name) => !declared.includes(name));
  if (extra !== undefined)
    return `has "${extra.slice(0, SHOWN)}" in its key, which is ${declared.join(', ')}`;
  const text = businessKeyOf(key, declared);
  if (text !== null) return { prediction: null, key: text };
  const missing = declared.find((name) => businessKeyOf(key, [name]) === null);
  return `has no "${missing}" in its key: a text or a number is needed`;
}

/** A value in the task's normal form, or undefined. Nothing is coerced but the JSON form of a class's name. */
function readValue(task: Task, value: unknown): LabelValue | undefined {
  if (task.kind === 'regression')
    return typeof value === 'number' && Number.isFinite(value) ? value + 0 : undefined;
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return undefined;
  const name = String(value);
  return task.classes.some((known) => known === name) ? name : undefined;
}

function expected(task: Task): string {
  if (task.kind === 'regression') return 'a finite number is needed';
  const shown = task.classes.slice(0, 10).map((name) => JSON.stringify(name));
  const rest = task.classes.length - shown.length;
  return `the classes are ${shown.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

function show(value: unknown): string {
  if (typeof value === 'number') return String(value);
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}
