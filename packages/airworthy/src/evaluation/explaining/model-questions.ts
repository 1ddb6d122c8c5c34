import { setImmediate } from 'node:timers/promises';
import { AirworthyError } from '../../kernel/errors.ts';
import { count } from '../../kernel/figures.ts';
import type { Scorer } from '../../models/scorer.ts';
import type { Table } from '../../models/table.ts';
import type { Context } from '../../store/ports.ts';
import type { ExplanationCalls } from './schema.ts';

/** Predictions asked for in one go: enough to be quick, few enough to stop soon. */
export const MOST_ROWS = 16_384;
/** What an explanation may ask for where nobody says otherwise. */
export const DEFAULT_CAP = 2_000_000;

/** Asks a model for one of its outputs, counted against what was planned and allowed. */
export interface ModelQuestions {
  /** One number a row: the output explained. */
  ask(table: Table): Promise<Float64Array>;
  /** All outputs, row-major. */
  askAll(table: Table): Promise<Float64Array>;
  calls(): ExplanationCalls;
  end(): void;
}

/**
 * @throws EXPLANATION_TOO_COSTLY before the first question where more are planned than allowed.
 */
export function openQuestions(
  context: Context,
  {
    scorer,
    output,
    planned,
    cap = DEFAULT_CAP,
  }: { scorer: Scorer; output: number; planned: number; cap?: number | undefined },
): ModelQuestions {
  if (planned > cap) {
    throw new AirworthyError('EXPLANATION_TOO_COSTLY', {
      message: `this would ask the model for ${count(planned)} predictions; ${count(cap)} are allowed`,
      facts: { planned, cap },
    });
  }
  const task = context.progress.start('explain', planned, 'predictions');
  let made = 0;
  async function askAll(table: Table): Promise<Float64Array> {
    context.signal?.throwIfAborted();
    const scores = await scorer.scoreTable(table);
    made += table.rows;
    task.advance(made);
    // A server in this process goes on answering.
    await setImmediate();
    return scores;
  }
  return {
    askAll,
    async ask(table) {
      const scores = await askAll(table);
      if (scorer.width === 1) return scores;
      return Float64Array.from({ length: table.rows }, (_, row) => scores[row * scorer.width + output]);
    },
    calls: () => ({ planned, made, cap }),
    end: () => task.end(),
  };
}
