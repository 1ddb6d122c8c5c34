import { AirworthyError } from '../../kernel/errors.ts';
import type { Random } from '../random.ts';
import { binomial } from './binomial.ts';
import type { Coalitions, GameEnds, ShapleyEstimate } from './coalitions.ts';
import { solveLinear } from './solve-linear.ts';

/** Coalitions with the weight each has in the regression. */
export interface KernelPlan extends Coalitions {
  weights: Float64Array;
  /** 0: certain to be there. Else which of the groups of random pairs it is of. */
  group: Uint8Array;
  groups: number;
}

/** Random pairs are split into so many groups, whose disagreement is the error. */
const GROUPS = 10;

/**
 * Coalitions for Kernel SHAP (Lundberg and Lee 2017): sizes 1 and M - 1, 2 and M - 2 … in full while the budget holds, the
 * rest drawn by their weight, each with its complement (Covert and Lee 2021). Up to 11 players all fit 2 M + 2048.
 */
export function planKernel(players: number, budget: number, random: Random): KernelPlan {
  const list: { members: Uint8Array; weight: number; group: number }[] = [];
  let left = Math.max(budget, 4 * players);
  let size = 1;
  for (; size <= players / 2; size++) {
    const sets = binomial(players, size);
    const paired = size * 2 !== players;
    if (sets * (paired ? 2 : 1) > left) break;
    left -= sets * (paired ? 2 : 1);
    const weight = sizeWeight(players, size) / sets;
    for (const members of setsOf(players, size)) {
      list.push({ members, weight, group: 0 });
      if (paired) list.push({ members: complement(members), weight, group: 0 });
    }
  }
  const pairs = size <= players / 2 ? Math.max(GROUPS, Math.floor(left / 2)) : 0;
  list.push(...drawPairs(players, size, pairs, random));
  return layPlan(players, list, pairs > 0 ? GROUPS : 0);
}

/** The kernel's weight of all sets of a size together. */
function sizeWeight(players: number, size: number): number {
  return (players - 1) / (size * (players - size));
}

function* setsOf(players: number, size: number): Generator<Uint8Array> {
  const chosen = Array.from({ length: size }, (_, index) => index);
  for (;;) {
    const members = new Uint8Array(players);
    for (const player of chosen) members[player] = 1;
    yield members;
    let last = size - 1;
    while (last >= 0 && chosen[last] === players - size + last) last--;
    if (last < 0) return;
    chosen[last]++;
    for (let place = last + 1; place < size; place++) chosen[place] = chosen[place - 1] + 1;
  }
}

const complement = (members: Uint8Array): Uint8Array => members.map((member) => 1 - member);

function* drawPairs(
  players: number,
  smallest: number,
  pairs: number,
  random: Random,
): Generator<{ members: Uint8Array; weight: number; group: number }> {
  const sizes = Array.from({ length: players - 2 * smallest + 1 }, (_, index) => smallest + index);
  const total = sizes.reduce((sum, size) => sum + sizeWeight(players, size), 0);
  const order = Int32Array.from({ length: players }, (_, player) => player);
  for (let pair = 0; pair < pairs; pair++) {
    const size =
      smallest +
      drawIndex(
        sizes.map((each) => sizeWeight(players, each)),
        total,
        random,
      );
    random.shuffle(order);
    const members = new Uint8Array(players);
    for (let place = 0; place < size; place++) members[order[place]] = 1;
    const share = { weight: total / (2 * pairs), group: 1 + (pair % GROUPS) };
    yield { members, ...share };
    yield { members: complement(members), ...share };
  }
}

/** An index, each as often as its weight. */
function drawIndex(weights: readonly number[], total: number, random: Random): number {
  let left = random.next() * total;
  for (const [index, weight] of weights.entries()) {
    left -= weight;
    if (left < 0) return index;
  }
  return weights.length - 1;
}

function layPlan(
  players: number,
  list: readonly { members: Uint8Array; weight: number; group: number }[],
  groups: number,
): KernelPlan {
  const members = new Uint8Array(list.length * players);
  for (const [index, coalition] of list.entries()) members.set(coalition.members, index * players);
  return {
    players,
    count: list.length,
    members,
    weights: Float64Array.from(list, ({ weight }) => weight),
    group: Uint8Array.from(list, ({ group }) => group),
    groups,
  };
}

/**
 * The weighted least squares whose answer is the Shapley values where every coalition is there; one player is eliminated by
 * the sum. The error is the jackknife's over the groups of random pairs, 0 where none were drawn.
 *
 * @throws EXPLANATION_NOT_POSSIBLE where so few coalitions were tried that they leave a player undetermined.
 */
export function solveKernel(plan: KernelPlan, worth: Float64Array, ends: GameEnds): ShapleyEstimate {
  const { players, groups } = plan;
  const values = regress(plan, worth, ends, 0);
  const errors = new Float64Array(players);
  const without = Array.from({ length: groups }, (_, group) => regress(plan, worth, ends, group + 1));
  for (let player = 0; player < players && groups > 0; player++) {
    const center = without.reduce((sum, each) => sum + each[player], 0) / groups;
    const squares = without.reduce((sum, each) => sum + (each[player] - center) ** 2, 0);
    errors[player] = Math.sqrt(((groups - 1) / groups) * squares);
  }
  return { values, errors };
}

/** `leftOut`: the group that does not count, its weight given to the others; 0 for none. */
function regress(plan: KernelPlan, worth: Float64Array, ends: GameEnds, leftOut: number): Float64Array {
  const { players, count, members, weights, group, groups } = plan;
  const gain = ends.full - ends.empty;
  if (players === 1) return Float64Array.of(gain);
  const free = players - 1;
  const matrix = new Float64Array(free * free);
  const right = new Float64Array(free);
  const row = new Float64Array(free);
  for (let coalition = 0; coalition < count; coalition++) {
    if (leftOut > 0 && group[coalition] === leftOut) continue;
    const scale = leftOut > 0 && group[coalition] > 0 ? groups / (groups - 1) : 1;
    const last = members[coalition * players + free];
    const target = worth[coalition] - ends.empty - last * gain;
    for (let player = 0; player < free; player++) row[player] = members[coalition * players + player] - last;
    addObservation(matrix, right, row, target, scale * weights[coalition]);
  }
  const solved = solveLinear(matrix, right);
  if (solved === null) {
    throw new AirworthyError('EXPLANATION_NOT_POSSIBLE', {
      message: `${count} sets of ${players} fields are too few to tell the fields apart`,
      remedy: 'Give a larger --budget.',
    });
  }
  return Float64Array.of(...solved, gain - solved.reduce((sum, value) => sum + value, 0));
}

function addObservation(
  matrix: Float64Array,
  right: Float64Array,
  row: Float64Array,
  target: number,
  weight: number,
): void {
  const size = row.length;
  for (let i = 0; i < size; i++) {
    if (row[i] === 0) continue;
    right[i] += weight * row[i] * target;
    for (let j = 0; j < size; j++) matrix[i * size + j] += weight * row[i] * row[j];
  }
}
