import type { AlertKind, Tier, Width } from '../schema.ts';

/** Whose window it is: windows of different versions or arms are never mixed. */
export interface Series {
  endpoint: string;
  model: string;
  version: number;
  arm: string;
}

/**
 * `raised` beyond the threshold, `clean` well within it, `between` neither: what is raised does not end there, what is
 * quiet does not begin.
 */
export type Finding = 'raised' | 'between' | 'clean';

/** What one window says about one thing that can be wrong. */
export interface Observation {
  kind: AlertKind;
  /** The column or metric; empty where the kind has only one. */
  subject: string;
  finding: Finding;
  /** What was measured, and against what. */
  effect: number;
  threshold: number;
  /** How bad it is, on a scale of which the double is twice as bad. */
  severity: number;
  n: number;
  /** The sentence's core, written only where somebody reads it: `distance moved by PSI* 0.45 (n 1,523, q 1e-9)`. */
  says(): string;
}

/** The window an observation comes from. */
export interface ObservedWindow {
  width: Width;
  start: number;
  end: number;
}

export const TIER_OF: Readonly<Record<AlertKind, Tier>> = {
  unavailable: 'page',
  'invalid-requests': 'page',
  'broken-column': 'page',
  'no-traffic': 'page',
  performance: 'page',
  slow: 'ticket',
  'estimated-performance': 'ticket',
  calibration: 'ticket',
  'score-drift': 'ticket',
  'estimate-disagrees': 'ticket',
  'input-drift': 'digest',
  'new-categories': 'digest',
};

/** What is quiet again must have gone back to this share of its threshold. */
const HYSTERESIS = 0.75;

/** Where a value at or above the threshold is bad. */
export function compareWith(threshold: number, value: number): Finding {
  if (value >= threshold) return 'raised';
  return value < HYSTERESIS * threshold ? 'clean' : 'between';
}
