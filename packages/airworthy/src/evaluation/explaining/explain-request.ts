import type { Model } from '../../models/model.ts';
import type { Scorer } from '../../models/scorer.ts';
import type { Table } from '../../models/table.ts';
import type { MetricName } from '../../stats/metric-names.ts';
import type { ExplanationCalls, ExplanationResult, ExplanationSpec, ExplanationUnits } from './schema.ts';

/** A model and the rows to explain it on. */
export interface ExplainRequest {
  spec: ExplanationSpec;
  model: Model;
  scorer: Scorer;
  /** Rows a prediction is compared with; categories under the same codes as in `rows`. */
  background: Table;
  rows: Table;
  /** Which held-back row each is; null for records that were given. */
  numbers: readonly (number | null)[];
  /** The output explained: the class's index; 0 where there is but one. */
  output: number;
  /** Of permutation importance: what is measured, and the target of each row. */
  measured?: { metric: MetricName; y: Float64Array };
}

/** An explanation before it has a name. */
export interface Explained {
  result: ExplanationResult;
  calls: ExplanationCalls;
  caveats: string[];
  backgroundRows: number;
}

/** What predictions are in. */
export function predictionUnits({ task }: Model): ExplanationUnits {
  return task.kind === 'regression' ? 'value' : 'probability';
}
