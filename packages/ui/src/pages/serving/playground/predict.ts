import { post } from '../../../api/request.ts';

/** A prediction with its id and who made it. */
export type Answer = Record<string, unknown>;

export interface Timed {
  answer: Answer;
  /** From this page and back. */
  milliseconds: number;
}

/** Who answers. `assigned`: whoever would answer any other request. */
export const ASSIGNED = 'assigned';

/** A header makes an arm answer, whatever the rollout says; such predictions count for none. */
export function armHeaders(arm: string): Record<string, string> {
  return arm === ASSIGNED ? {} : { 'x-airworthy-arm': arm };
}

/** How each field moved one answer, in the model’s own units, from the answer with nothing known. */
export interface Why {
  /** One for each score: a number, or the classes. */
  baseline: number[];
  contributions: Record<string, number[]>;
}

/** Asks as any client does: the request is answered, logged and counted. */
export async function predict(
  endpoint: string,
  record: Record<string, unknown>,
  { arm, why }: { arm: string; why: boolean },
): Promise<Timed> {
  const started = performance.now();
  const answer = await post<Answer>(
    `/predict/${endpoint}${why ? '?explain=shap' : ''}`,
    record,
    armHeaders(arm),
  );
  return { answer, milliseconds: performance.now() - started };
}
