/** What is predicted, as far as metrics need it; a model's task is one. */
export type OutcomeTask = ClassTask | { readonly kind: 'regression' };

export type ClassTask =
  | { readonly kind: 'binary'; readonly classes: readonly [negative: string, positive: string] }
  | { readonly kind: 'multiclass'; readonly classes: readonly string[] };

/** A prediction as it was served: binary with the positive class's probability. */
export type ServedOutput =
  | { readonly label: string | boolean; readonly probability: number }
  | { readonly label: string | boolean; readonly probabilities: Readonly<Record<string, number>> }
  | { readonly value: number };

/** The class's name, or the value. */
export type LabelValue = string | number;
