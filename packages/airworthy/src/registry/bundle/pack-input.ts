import type { DatasetVersion, SourceRecord, Split } from '../../data/index.ts';
import type { EvaluationReport, Verdict } from '../../evaluation/index.ts';
import type { Model } from '../../models/model.ts';
import type { Table } from '../../models/table.ts';
import type { Run } from '../../tracking/index.ts';
import type { Bundle, CardConfig } from '../schema.ts';
import type { Parity } from '../scoring/parity.ts';
import type { DriftPolicy } from '../scoring/reference-windows.ts';

/** What a bundle records of a dataset version: its content and where it came from, but nothing of this machine. */
export type PackedVersion = Pick<DatasetVersion, 'dataset' | 'digest' | 'rows'> & {
  source: Omit<SourceRecord, 'recipe' | 'files'>;
};

export type PackedSplit = Pick<Split, 'digest' | 'spec' | 'roles'>;

export interface PackInput {
  model: Model;
  /** The graph of a model that is another program's; a model of ours is encoded. */
  onnx?: Uint8Array;
  run: Run;
  version: PackedVersion;
  split: PackedSplit;
  /** The rows of the test split, with the model's fields; and the target, for what is learnt of errors. */
  table: Table;
  /** What the model predicted for these rows when it was trained; rows x outputs. */
  trainingScores: Float64Array;
  report: EvaluationReport;
  verdicts: readonly Verdict[];
  /** The drift policy that will watch the model, whose false alarms are counted; the default one where absent. */
  drift?: DriftPolicy;
  card: CardConfig;
  /** The project's folder; its lock file is noted where the run did not note one. */
  folder: string;
}

export interface PackedBundle extends Bundle {
  parity: Parity;
}
