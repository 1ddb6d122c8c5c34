/** Tables of more cells take too long: 5,000 by 5,000. */
const MOST_CELLS = 25_000_000;

/** How one sequence is made of another. */
export interface Edits {
  substitutions: number;
  deletions: number;
  insertions: number;
}

/**
 * The fewest substitutions, deletions and insertions that make the answer of the reference; of several ways the one with
 * the fewest deletions and insertions. Undefined where both are too long (more than 5,000 by 5,000).
 *
 * @example
 * countEdits([...'kitten'], [...'sitting']); // { substitutions: 2, deletions: 0, insertions: 1 }
 */
export function countEdits(reference: readonly string[], answer: readonly string[]): Edits | undefined {
  const { a, b } = withoutCommonEnds(reference, answer);
  if (a.length * b.length > MOST_CELLS) return undefined;
  // One number a cell: the distance, and below it, as a tie-break, the insertions and deletions.
  const step = 2 * (a.length + b.length) + 1;
  const small = (a.length + b.length) * (step + 1) < 2 ** 31;
  const row = small ? new Int32Array(b.length + 1) : new Float64Array(b.length + 1);
  for (let j = 1; j <= b.length; j++) row[j] = j * (step + 1);
  const codes = codesOf(a, b);
  for (let i = 1; i <= a.length; i++) {
    let diagonal = row[0];
    row[0] = i * (step + 1);
    const ours = codes.a[i - 1];
    for (let j = 1; j <= b.length; j++) {
      const above = row[j];
      const beside = Math.min(above, row[j - 1]) + step + 1;
      const across = diagonal + (ours === codes.b[j - 1] ? 0 : step);
      row[j] = beside < across ? beside : across;
      diagonal = above;
    }
  }
  const best = row[b.length];
  const distance = Math.floor(best / step);
  const indels = best % step;
  const insertions = (indels + b.length - a.length) / 2;
  return { substitutions: distance - indels, deletions: indels - insertions, insertions };
}

/** The Levenshtein distance by code points; undefined where both texts are too long. */
export function levenshteinDistance(a: string, b: string): number | undefined {
  const edits = countEdits([...a], [...b]);
  return edits && edits.substitutions + edits.deletions + edits.insertions;
}

function withoutCommonEnds(reference: readonly string[], answer: readonly string[]) {
  let start = 0;
  let endA = reference.length;
  let endB = answer.length;
  while (start < endA && start < endB && reference[start] === answer[start]) start++;
  while (endA > start && endB > start && reference[endA - 1] === answer[endB - 1]) {
    endA--;
    endB--;
  }
  return { a: reference.slice(start, endA), b: answer.slice(start, endB) };
}

/** Numbers compare faster than texts. */
function codesOf(a: readonly string[], b: readonly string[]): { a: Uint32Array; b: Uint32Array } {
  const codes = new Map<string, number>();
  const encode = (units: readonly string[]) =>
    Uint32Array.from(units, (unit) => {
      const known = codes.get(unit);
      if (known !== undefined) return known;
      codes.set(unit, codes.size);
      return codes.size - 1;
    });
  return { a: encode(a), b: encode(b) };
}
