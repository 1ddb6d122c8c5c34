/** Returns the value at `point` and writes the gradient. */
export type Differentiable = (point: Float64Array, gradient: Float64Array) => number;

export interface MinimiseOptions {
  maxIterations: number;
  /** Stops where no component of the gradient is larger. */
  gradientLimit: number;
  /** What a minimisation of a similar function learned of the curvature. */
  steps?: readonly Step[];
}

export interface Minimum {
  point: Float64Array;
  /** The last steps, for `steps` of another. */
  steps: Step[];
}

/** Steps remembered to model the curvature. */
const MEMORY = 10;
/** Share of the decrease that the gradient promises which a step must bring (Armijo). */
const SUFFICIENT = 1e-4;
const MOST_HALVINGS = 30;

/** A move and the change of the gradient it brought. */
export interface Step {
  move: Float64Array;
  change: Float64Array;
  /** 1 / (move · change). */
  rho: number;
}

/**
 * The point of least value of a smooth convex function, by L-BFGS with backtracking
 * (Nocedal and Wright, Numerical Optimization, algorithms 7.4 and 3.1).
 */
export function minimise(evaluate: Differentiable, start: Float64Array, options: MinimiseOptions): Minimum {
  let point = start;
  let gradient: Float64Array = new Float64Array(start.length);
  let value = evaluate(point, gradient);
  const steps = [...(options.steps ?? [])];
  for (let iteration = 0; iteration < options.maxIterations; iteration++) {
    if (largestOf(gradient) <= options.gradientLimit) break;
    const direction = downhill(gradient, steps);
    const next = walk(evaluate, point, value, direction, dot(gradient, direction));
    if (next === undefined) break;
    remember(steps, difference(next.point, point), difference(next.gradient, gradient));
    // Below the value's own rounding, less gradient can no longer be told from noise.
    const isExhausted = value - next.value <= Number.EPSILON * Math.abs(value);
    ({ point, gradient, value } = next);
    if (isExhausted) break;
  }
  return { point, steps };
}

/** Minus the inverse curvature times the gradient, by the two-loop recursion. */
function downhill(gradient: Float64Array, steps: readonly Step[]): Float64Array {
  const direction = gradient.map((component) => -component);
  const alphas = steps.map(() => 0);
  for (let index = steps.length - 1; index >= 0; index--) {
    const { move, change, rho } = steps[index];
    alphas[index] = rho * dot(move, direction);
    addScaled(direction, change, -alphas[index]);
  }
  const last = steps.at(-1);
  if (last) scale(direction, 1 / (last.rho * dot(last.change, last.change)));
  steps.forEach(({ move, change, rho }, index) => {
    addScaled(direction, move, alphas[index] - rho * dot(change, direction));
  });
  return direction;
}

/** The first of ever shorter steps that lowers the value enough; undefined where rounding leaves none. */
function walk(
  evaluate: Differentiable,
  from: Float64Array,
  value: number,
  direction: Float64Array,
  slope: number,
): { point: Float64Array; gradient: Float64Array; value: number } | undefined {
  let length = 1;
  for (let halving = 0; halving < MOST_HALVINGS; halving++) {
    const point = from.map((component, index) => component + length * direction[index]);
    const gradient = new Float64Array(from.length);
    const reached = evaluate(point, gradient);
    if (reached <= value + SUFFICIENT * length * slope) return { point, gradient, value: reached };
    length = shorter(length, value, slope, reached);
  }
  return undefined;
}

/** The least point of the parabola through what is known, kept between a tenth and a half of the step. */
function shorter(length: number, value: number, slope: number, reached: number): number {
  const best = (-slope * length * length) / (2 * (reached - value - slope * length));
  return Number.isFinite(best) ? Math.min(length / 2, Math.max(length / 10, best)) : length / 10;
}

function remember(steps: Step[], move: Float64Array, change: Float64Array): void {
  const curvature = dot(move, change);
  if (curvature <= 1e-12 * dot(change, change)) return;
  steps.push({ move, change, rho: 1 / curvature });
  if (steps.length > MEMORY) steps.shift();
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) sum += a[index] * b[index];
  return sum;
}

function addScaled(to: Float64Array, from: Float64Array, factor: number): void {
  for (let index = 0; index < to.length; index++) to[index] += factor * from[index];
}

function scale(values: Float64Array, factor: number): void {
  for (let index = 0; index < values.length; index++) values[index] *= factor;
}

function difference(a: Float64Array, b: Float64Array): Float64Array {
  const result = new Float64Array(a.length);
  for (let index = 0; index < a.length; index++) result[index] = a[index] - b[index];
  return result;
}

function largestOf(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}
