import { binomial } from './binomial.ts';

/** Sets of players whose worth is to be found. */
export interface Coalitions {
  players: number;
  count: number;
  /** Count x players, 1 where the player is in. */
  members: Uint8Array;
}

/** What the game is worth without players and with all: never among the coalitions that are asked for. */
export interface GameEnds {
  empty: number;
  full: number;
}

/** What each player adds, with its standard error (0 where exact). Sums to full - empty. */
export interface ShapleyEstimate {
  values: Float64Array;
  errors: Float64Array;
}

/** So many players' coalitions are all tried. */
export const MOST_EXACT_PLAYERS = 11;

/** Every coalition but the empty and the full one: number i + 1 in binary says who is in. */
export function allCoalitions(players: number): Coalitions {
  const count = 2 ** players - 2;
  const members = new Uint8Array(Math.max(0, count) * players);
  for (let coalition = 0; coalition < count; coalition++) {
    for (let player = 0; player < players; player++)
      members[coalition * players + player] = ((coalition + 1) >> player) & 1;
  }
  return { players, count: Math.max(0, count), members };
}

/**
 * Shapley's values from the worth of every coalition, as `allCoalitions` lists them (Shapley 1953): the mean of what a
 * player adds to the coalitions without it, all sizes weighing the same.
 */
export function exactShapley(
  players: number,
  worth: Float64Array,
  { empty, full }: GameEnds,
): ShapleyEstimate {
  const all = 2 ** players;
  const of = (coalition: number) =>
    coalition === 0 ? empty : coalition === all - 1 ? full : worth[coalition - 1];
  const share = Float64Array.from(
    { length: players },
    (_, size) => 1 / (players * binomial(players - 1, size)),
  );
  const values = new Float64Array(players);
  for (let coalition = 0; coalition < all; coalition++) {
    const size = countMembers(coalition);
    for (let player = 0; player < players; player++) {
      if ((coalition >> player) & 1) continue;
      values[player] += share[size] * (of(coalition | (1 << player)) - of(coalition));
    }
  }
  return { values, errors: new Float64Array(players) };
}

function countMembers(coalition: number): number {
  let count = 0;
  for (let left = coalition; left !== 0; left &= left - 1) count++;
  return count;
}
