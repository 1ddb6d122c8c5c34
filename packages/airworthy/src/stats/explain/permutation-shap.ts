import type { Random } from '../random.ts';
import { variance } from '../sums.ts';
import type { Coalitions, GameEnds, ShapleyEstimate } from './coalitions.ts';

/** Coalitions along random orders of the players, each order walked from both ends. */
export interface OrderPlan extends Coalitions {
  /** Orders x players. */
  orders: Int32Array;
}

/** As many orders as fit the budget of coalitions, at least two. One of `players` costs 2 (players - 1) coalitions. */
export function planOrders(players: number, budget: number, random: Random): OrderPlan {
  const each = 2 * (players - 1);
  const count = Math.max(2, Math.floor(budget / Math.max(1, each)));
  const orders = new Int32Array(count * players);
  const members = new Uint8Array(count * each * players);
  for (let order = 0; order < count; order++) {
    const own = orders.subarray(order * players, (order + 1) * players);
    for (let player = 0; player < players; player++) own[player] = player;
    random.shuffle(own);
    writeWalk(own, members, order * each * players);
  }
  return { players, count: count * each, members, orders };
}

/** The first 1, 2 … players of the order, then the last 1, 2 … */
function writeWalk(order: Int32Array, members: Uint8Array, start: number): void {
  const players = order.length;
  for (let size = 1; size < players; size++) {
    const forward = start + (size - 1) * players;
    const backward = forward + (players - 1) * players;
    for (let place = 0; place < size; place++) {
      members[forward + order[place]] = 1;
      members[backward + order[players - 1 - place]] = 1;
    }
  }
}

/**
 * Shapley values as the mean over random orders of what a player adds to those before it (Castro et al. 2009), each order
 * with its reverse (Mitchell et al. 2022). Adds up exactly; the error is that of the mean over the orders.
 */
export function solveOrders(plan: OrderPlan, worth: Float64Array, ends: GameEnds): ShapleyEstimate {
  const { players, orders } = plan;
  const count = orders.length / players;
  const each = 2 * (players - 1);
  const added = Array.from({ length: players }, () => new Float64Array(count));
  for (let index = 0; index < count; index++) {
    const order = orders.subarray(index * players, (index + 1) * players);
    const walk = (from: number, playerAt: (place: number) => number) => {
      let before = ends.empty;
      for (let place = 0; place < players; place++) {
        const after = place === players - 1 ? ends.full : worth[from + place];
        added[playerAt(place)][index] += (after - before) / 2;
        before = after;
      }
    };
    walk(index * each, (place) => order[place]);
    walk(index * each + players - 1, (place) => order[players - 1 - place]);
  }
  return {
    values: Float64Array.from(added, (all) => all.reduce((sum, value) => sum + value, 0) / count),
    errors: Float64Array.from(added, (all) => Math.sqrt(variance(all) / count)),
  };
}
