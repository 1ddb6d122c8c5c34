/** The server's own types of explanations and fairness, by name: nothing of the server is bundled. */

export type {
  AleResult,
  Explanation,
  ExplanationItem,
  IceResult,
  ImportanceResult,
  LimeResult,
  PdpResult,
  ShapResult,
} from '../../../airworthy/src/evaluation/explaining/schema.ts';
export type {
  FairnessReport,
  FairnessTable,
  GroupMetric,
} from '../../../airworthy/src/evaluation/fairness/schema.ts';
