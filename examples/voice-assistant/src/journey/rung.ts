import type { Planner } from '../planners/planner.ts';

/** One step of the journey: what was changed, and the planner that came of it. */
export interface Rung {
  /** `R3`; `R6-base` for what R6 is built on. */
  id: string;
  title: string;
  /** What this rung changes against the one it is compared with. */
  change: string;
  /** The rung it is compared with; the nearest judged one before it where that one was skipped. Absent for the first. */
  against?: string;
  /** Honestly: parameters, from scratch, on what. */
  model: string;
  /** Authors whose sentences it was made from. */
  authors: readonly string[];
  /** One of those that differ in nothing but how many authors they learnt from. */
  onCurve?: true;
  /** Files below the example's folder that it needs. */
  files: readonly string[];
  /** What else it lacks on this machine, with how to install it; undefined where nothing. */
  needs?: () => string | undefined;
  open(): Promise<Planner>;
}
