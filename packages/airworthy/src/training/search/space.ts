/** A value a search may try. */
export type Value = number | string | boolean;

/** A parameter exists only where an earlier one has a certain value: `{ parameter: 'learner', is: 'boosting' }`. */
export interface Condition {
  parameter: string;
  is: Value;
}

/** A parameter's range; `scale: 'log'` searches orders of magnitude evenly. Both ends are included. */
export type NumericDimension = {
  kind: 'number' | 'integer';
  low: number;
  high: number;
  scale?: 'linear' | 'log';
  when?: Condition;
};

export type ChoiceDimension = { kind: 'choice'; choices: readonly Value[]; when?: Condition };

export type Dimension = NumericDimension | ChoiceDimension;

/** Parameters by name; a conditional one comes after the one it depends on. */
export type Space = Readonly<Record<string, Dimension>>;

/** One setting of all parameters that exist in it. */
export type Point = Readonly<Record<string, Value>>;

export function isActive(dimension: Dimension, point: Point): boolean {
  return dimension.when === undefined || point[dimension.when.parameter] === dimension.when.is;
}

/** The interval searched for a numeric dimension: logarithms for `log`, half a step wider for integers. */
export function searchInterval({ kind, low, high, scale }: NumericDimension): { low: number; high: number } {
  const margin = kind === 'integer' ? 0.5 : 0;
  const [from, to] = [low - margin, high + margin];
  return scale === 'log' ? { low: Math.log(from), high: Math.log(to) } : { low: from, high: to };
}

export function toSearchScale(dimension: NumericDimension, value: number): number {
  return dimension.scale === 'log' ? Math.log(value) : value;
}

/** The value nearest to a place on the search scale that the dimension admits. */
export function fromSearchScale(dimension: NumericDimension, place: number): number {
  const value = dimension.scale === 'log' ? Math.exp(place) : place;
  const admitted = dimension.kind === 'integer' ? Math.round(value) : value;
  return Math.min(dimension.high, Math.max(dimension.low, admitted));
}
