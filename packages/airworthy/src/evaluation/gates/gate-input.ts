import type { MetricSample } from '../measuring/metric-sample.ts';
import type { Positions } from '../measuring/scored-cases.ts';
import type { SuiteGate } from './schema.ts';

/** Cases of one slice. */
export interface GateSlice {
  /** `lang=de` */
  name: string;
  /** `lang` */
  column: string;
  /** Positions in the evaluation. */
  rows: Positions;
}

/** What a task is compared with. */
export interface GateBaseline {
  name: string;
  evaluation: string;
  task: string;
  samples: ReadonlyMap<string, MetricSample>;
  /** Of each position of the candidate the same case's position in the baseline; -1 where it has none: `pairById`. */
  pairs: Int32Array;
  /** How the sentence calls it; `the baseline "main"` where absent. */
  called?: string;
  /** Why it is not comparable any more, by metric: its scorer is another, its cases are others. */
  stale?: ReadonlyMap<string, string>;
}

/** Whose verdicts these are. */
export interface EvaluatedTask {
  suite: string;
  evaluation: string;
  task: string;
  /** The tracking run of the task. */
  run: string;
  baseline?: GateBaseline | null;
}

/** All that the gates of a suite are decided on, for one task. */
export interface SuiteGateInput extends EvaluatedTask {
  role: 'dev' | 'regression' | 'held-out';
  gates: readonly SuiteGate[];
  /** By metric. */
  samples: ReadonlyMap<string, MetricSample>;
  slices: readonly GateSlice[];
  /** Judges without a calibration that is good enough: why not, by metric. */
  uncalibrated?: ReadonlyMap<string, string>;
  /** Held-out cases that are found elsewhere, as a clause: no gate can be judged on them. */
  overlap?: string;
  /** The evaluation stopped before its end, as a clause: `the budget is spent`. */
  stopped?: string;
  /** Of a held-out evaluation: alpha is divided among the looks. */
  looks?: { number: number; budget: number };
  /** Of gates with `extend`: how many cases there will be at most. */
  plannedCases?: number;
  /** What a case costs on average. */
  costPerCase?: number | null;
}
