/** A pair of lines that stand beside each other; null where the other side has nothing there. */
export interface LinePair {
  number: number;
  left: string | null;
  right: string | null;
  isSame: boolean;
}

/** Beyond so many differences the texts have too little in common to be told apart line by line. */
const MOST_EDITS = 2_000;

/**
 * Two texts line by line, with the fewest lines that are only in one (Myers, An O(ND) Difference Algorithm, 1986);
 * what was taken out stands beside what was put in there.
 */
export function diffLines(left: readonly string[], right: readonly string[]): LinePair[] {
  const start = commonStart(left, right);
  const end = commonEnd(left, right, start);
  const middle = pairsBetween(left.slice(start, left.length - end), right.slice(start, right.length - end));
  const same = (line: string) => ({ left: line, right: line, isSame: true });
  const pairs = [...left.slice(0, start).map(same), ...middle, ...left.slice(left.length - end).map(same)];
  return pairs.map((pair, number) => ({ ...pair, number }));
}

type Pair = Omit<LinePair, 'number'>;

function pairsBetween(left: readonly string[], right: readonly string[]): Pair[] {
  const kept = commonItems(left, right);
  const pairs: Pair[] = [];
  let [atLeft, atRight] = [0, 0];
  for (const [x, y] of [...kept, [left.length, right.length] as const]) {
    const [out, into] = [left.slice(atLeft, x), right.slice(atRight, y)];
    for (let index = 0; index < Math.max(out.length, into.length); index++)
      pairs.push({ left: out[index] ?? null, right: into[index] ?? null, isSame: false });
    if (x < left.length) pairs.push({ left: left[x], right: right[y], isSame: true });
    [atLeft, atRight] = [x + 1, y + 1];
  }
  return pairs;
}

/** Places of lines, or of other texts in a row, that are in both, in order. */
export function commonItems(
  left: readonly string[],
  right: readonly string[],
): (readonly [number, number])[] {
  const trail = furthestWays(left, right);
  if (trail === null) return [];
  const places: [number, number][] = [];
  let [x, y] = [left.length, right.length];
  for (let edits = trail.length - 1; edits >= 0; edits--) {
    const before = trail[edits];
    const diagonal = x - y;
    const isDown =
      diagonal === -edits ||
      (diagonal !== edits && (before.get(diagonal - 1) ?? -1) < (before.get(diagonal + 1) ?? -1));
    const from = isDown ? diagonal + 1 : diagonal - 1;
    const fromX = edits === 0 ? 0 : (before.get(from) ?? 0);
    const fromY = edits === 0 ? 0 : fromX - from;
    while (x > fromX && y > fromY) places.push([--x, --y]);
    [x, y] = [fromX, fromY];
  }
  return places.reverse();
}

/** By number of edits, how far down each diagonal they reach before the last of them; null where there are too many. */
function furthestWays(left: readonly string[], right: readonly string[]): Map<number, number>[] | null {
  const reach = new Map([[1, 0]]);
  const trail: Map<number, number>[] = [];
  for (let edits = 0; edits <= Math.min(left.length + right.length, MOST_EDITS); edits++) {
    trail.push(new Map(reach));
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      const isDown =
        diagonal === -edits ||
        (diagonal !== edits && (reach.get(diagonal - 1) ?? -1) < (reach.get(diagonal + 1) ?? -1));
      let x = isDown ? (reach.get(diagonal + 1) ?? 0) : (reach.get(diagonal - 1) ?? 0) + 1;
      while (x < left.length && x - diagonal < right.length && left[x] === right[x - diagonal]) x += 1;
      reach.set(diagonal, x);
      if (x >= left.length && x - diagonal >= right.length) return trail;
    }
  }
  return null;
}

function commonStart(left: readonly string[], right: readonly string[]): number {
  let size = 0;
  while (size < left.length && size < right.length && left[size] === right[size]) size += 1;
  return size;
}

function commonEnd(left: readonly string[], right: readonly string[], start: number): number {
  let size = 0;
  const most = Math.min(left.length, right.length) - start;
  while (size < most && left[left.length - 1 - size] === right[right.length - 1 - size]) size += 1;
  return size;
}
