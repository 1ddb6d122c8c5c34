import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TaskOutput } from '../../tasks/task.ts';
import { createScorers, type ScorerInput } from '../create-scorer.ts';
import type { Score, ScorerContext } from '../scorer.ts';

/** For scorers that call no model. */
export const CONTEXT = {} as ScorerContext;

/** What a row says of a score: a value, a status, the code of a wrong answer, or some of its members. */
export type Said =
  | number
  | string
  | { value?: number; code?: string; status?: string; label?: string; sums?: number[]; evidence?: unknown };
type Row = [scorer: ScorerInput, expected: unknown, answer: unknown, said: Said | Record<string, Said>];

const isOutput = (answer: unknown): answer is TaskOutput =>
  typeof answer === 'object' && answer !== null && 'value' in answer;

/** Every score that a scorer gives one answer; `main` is that of its own metric. */
export async function scoresOf(input: ScorerInput, expected: unknown, answer: unknown) {
  const [scorer] = await createScorers([input], { folder: '.' });
  const output = isOutput(answer) ? answer : { value: answer };
  const scores = await scorer.score({ id: '1', input: 'question', expected, metadata: {} }, output, CONTEXT);
  assert.deepEqual(Object.keys(scores).sort(), scorer.metrics.map(({ name }) => name).sort());
  return { scorer, main: scores[scorer.metrics[0].name], scores };
}

/** A number is a value, a text a status or the code of a wrong answer. */
export function holds(score: Score | undefined, said: Said, about: string): void {
  assert.ok(score, about);
  const facts: Record<string, unknown> = { ...score };
  if (typeof said === 'number') {
    assert.ok(Math.abs(Number(facts.value) - said) < 1e-6, `${about}: ${JSON.stringify(score)}`);
  } else if (typeof said === 'string') {
    assert.equal(
      score.status === 'scored' ? score.code : score.status,
      said,
      `${about}: ${JSON.stringify(score)}`,
    );
  } else {
    for (const [key, value] of Object.entries(said))
      assert.deepEqual(facts[key], value, `${about}: ${JSON.stringify(score)}`);
  }
}

/** Rows of what is scored, what is expected of the case, the answer, and what is said of it: of the main metric or by part. */
export function table(name: string, rows: readonly Row[]): void {
  test(name, async () => {
    for (const [input, expected, answer, said] of rows) {
      const about = JSON.stringify([input, expected, answer])?.slice(0, 300);
      const { scorer, main, scores } = await scoresOf(input, expected, answer);
      const parts = typeof said === 'object' && Object.keys(said).some((key) => key.startsWith('/'));
      if (!parts) holds(main, said as Said, about);
      else
        for (const [part, one] of Object.entries(said as Record<string, Said>))
          holds(scores[scorer.name + (part === '/' ? '' : part)], one, about + part);
    }
  });
}
