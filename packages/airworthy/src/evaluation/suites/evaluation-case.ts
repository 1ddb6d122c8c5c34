/** One case of a suite, as scorers and tasks get it. */
export interface EvaluationCase {
  /** Stable: the dataset's own id, else made from the content of input and expected. */
  id: string;
  input: unknown;
  expected?: unknown;
  metadata: Readonly<Record<string, unknown>>;
  /** Cases of one cluster (a conversation, a document, a perturbed case and its parent) are not independent. */
  cluster?: string;
  /** Id of the case that this one is a perturbation of. */
  parent?: string;
}
