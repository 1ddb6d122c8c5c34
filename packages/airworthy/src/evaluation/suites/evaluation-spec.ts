import type { SuiteGate } from '../gates/schema.ts';
import type { MetricSpec } from '../scoring/scorer.ts';
import type { CheckedSuite } from './schema.ts';

/** A scorer as an evaluation keeps it: enough to read its scores back without the suite. */
export interface ScorerRecord {
  name: string;
  digest: string;
  spec: Readonly<Record<string, unknown>>;
  metrics: readonly MetricSpec[];
  /** Digest that calibration records are kept by. */
  judge?: string;
}

/** What an evaluation was asked to find out; part of its row. */
export interface EvaluationSpec {
  description?: string;
  /** Path of the suite's file below the project folder. */
  file: string;
  scorers: readonly ScorerRecord[];
  /** Columns that cases are sliced by. */
  slices: readonly string[];
  clustered: boolean;
  /** Has cases made from others by perturbation. */
  perturbed: boolean;
  gates: readonly SuiteGate[];
  confidence: number;
  /** Name of the baseline that it is compared with. */
  baseline: string;
  limits: CheckedSuite['limits'];
  budget: CheckedSuite['budget'];
  heldOutBudget: number;
  /** Only some of the cases: a filter or a sample. */
  partial: boolean;
}
