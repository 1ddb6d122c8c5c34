import { quantileOfSorted } from '../../stats/order.ts';
import { answerValue } from './answer-value.ts';
import type { Answers, Question } from './schema.ts';
import type { StoredPayload } from './stored-payload.ts';

/** What people settled on about one question of one item. */
export interface Settled {
  value: string | number;
  /** Share of the reviewers who said so; 1 where it was adjudicated. */
  agreement: number;
  reviewers: number;
}

/**
 * What several reviewers say together: the median of ratings, what more than half say of everything else; undefined where
 * there is no such thing. Who adjudicated has the last word.
 */
export function settle(
  question: Question,
  payload: StoredPayload,
  given: readonly Answers[],
  adjudicated: Answers | undefined,
): Settled | undefined {
  const { name } = question;
  const word = adjudicated?.[name];
  if (word !== undefined)
    return { value: answerValue(question, word, payload), agreement: 1, reviewers: given.length };
  const values = given.flatMap((answers) =>
    Object.hasOwn(answers, name) ? [answerValue(question, answers[name], payload)] : [],
  );
  if (values.length === 0) return undefined;
  const value = question.kind === 'rating' ? medianOf(values.map(Number)) : mostOf(values);
  if (value === undefined) return undefined;
  const agreement = values.filter((each) => each === value).length / values.length;
  return { value, agreement, reviewers: values.length };
}

function medianOf(values: readonly number[]): number {
  return quantileOfSorted(Float64Array.from(values).sort(), 0.5);
}

function mostOf(values: readonly (string | number)[]): string | number | undefined {
  const counts = new Map<string | number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const [most] = [...counts].sort(([, a], [, b]) => b - a);
  return most[1] * 2 > values.length ? most[0] : undefined;
}
