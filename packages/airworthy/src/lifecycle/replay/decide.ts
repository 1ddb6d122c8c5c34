import type { Context } from '../../store/ports.ts';
import type { ImproveResult } from '../improve/improve.ts';
import { newestImprovement } from '../improve/improvement-rows.ts';
import type { ReplayDecision } from './schema.ts';

export interface DecisionMeans {
  context: Context;
  /** One turn of the loop, where a trigger asks for it. */
  improve(): Promise<ImproveResult>;
}

/** Asks whether to improve the model. Asked again at the same virtual time, it finds what it decided. */
export async function decide({ context, improve }: DecisionMeans, endpoint: string): Promise<ReplayDecision> {
  const at = context.clock.now();
  const last = await newestImprovement(context, endpoint);
  const result: ImproveResult =
    last && last.startedAt === at && last.endedAt !== null ? { improvement: last } : await improve();
  if ('wait' in result) return { at, state: 'waited', improvement: null, reason: result.wait };
  const { number, state, cause, reason } = result.improvement;
  return { at, state, improvement: number, reason: `${cause.sentence}. ${reason}` };
}
