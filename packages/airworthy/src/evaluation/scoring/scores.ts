import type { Score } from './scorer.ts';

type Scored = Extract<Score, { status: 'scored' }>;

/** A score of 0 to 1, or any other number with a meaning. */
export function scored(value: number, also: Omit<Scored, 'status' | 'value'> = {}): Score {
  return { ...also, status: 'scored', value };
}

/** 1 for a right answer; 0 with a typed code that says in which way it is wrong. */
export function verdict(
  right: boolean,
  code: string,
  also: Omit<Scored, 'status' | 'value' | 'code'> = {},
): Score {
  return right ? scored(1, also) : scored(0, { ...also, code });
}

/** The case gives the metric no meaning: there is nothing to compare with. */
export function unscorable(reason: string, code?: string): Score {
  return { status: 'unscorable', reason, ...(code === undefined ? {} : { code }) };
}

/** The metric is not about this case. */
export function skipped(reason: string): Score {
  return { status: 'skipped', reason };
}

/** The scorer could not do its work; not the answer's fault, so never a zero. */
export function failed(reason: string, code?: string): Score {
  return { status: 'error', reason, ...(code === undefined ? {} : { code }) };
}
