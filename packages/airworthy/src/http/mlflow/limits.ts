import { z } from 'zod';
import { MlflowError } from './mlflow-error.ts';
import { int64, list, message, requiredText, toRecord } from './wire.ts';

/** How many results a search gives at most, and how many unless asked. */
export function maxResults(most: number, unlessAsked: number) {
  return int64
    .refine((value) => value >= 1, 'It must be at least 1')
    .refine((value) => value <= most, `It must be at most ${most}`)
    .default(unlessAsked);
}

/** Python's `\w`, with the signs MLflow lets a name have. */
const NAME = /^[/\p{L}\p{N}_.\- :]+$/u;
const KEY_LENGTH = 250;
/** So much is kept of what a run is told. */
export const RUN_PARAM_LENGTH = 6_000;
export const RUN_TAG_LENGTH = 8_000;

/** What is wrong with the name of a metric, param or tag; undefined where nothing is. */
export function problemOfName(name: string): string | undefined {
  if (name.length > KEY_LENGTH) return `It exceeds the maximum length of ${KEY_LENGTH} characters`;
  if (!NAME.test(name))
    return 'Names may only contain alphanumerics, underscores (_), dashes (-), periods (.), spaces ( ), colon(:) and slashes (/)';
  const parts = name.split('/');
  if (name.startsWith('..') || parts.some((part) => part === '' || part === '.' || part === '..'))
    return 'Names may be treated as files in certain cases, and must not resolve to other names when treated as such';
  return undefined;
}

/** The name of a metric, param or tag. */
export const entityName = requiredText.superRefine((name, check) => {
  const problem = problemOfName(name);
  if (problem !== undefined) check.addIssue({ code: 'custom', message: problem });
});

/** A value of which so much is kept, as MLflow does with what runs log; an unset one is empty. */
export function valueCutTo(most: number) {
  return z
    .string()
    .default('')
    .transform((value) => value.slice(0, most));
}

/** A value at most so long; an unset one is empty. */
export function valueWithin(most: number) {
  return z.string().max(most, `It exceeds the maximum length of ${most} characters`).default('');
}

/** `{key, value}` pairs by key; where one comes twice, the last counts. What MLflow takes when things are made it does not check as names. */
export function pairsOf(value: z.ZodType<string>) {
  return list(message({ key: requiredText.max(KEY_LENGTH), value })).transform(toRecord);
}

/** An experiment’s id as its number; what is no number is an experiment that does not exist. */
export function experimentNumber(id: string): number {
  if (/^\d{1,15}$/.test(id)) return Number(id);
  throw new MlflowError('RESOURCE_DOES_NOT_EXIST', `No Experiment with id=${id.slice(0, 100)} exists`);
}
