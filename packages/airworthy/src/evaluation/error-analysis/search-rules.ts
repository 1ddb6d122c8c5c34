import { hypergeometricAtLeast } from '../../stats/distributions/hypergeometric.ts';
import type { Condition } from './literals.ts';

export interface FoundRule {
  conditions: Condition[];
  p: number;
  /**
   * p times what it must be corrected for: all rules of its length that the search could have come to, and that three lengths
   * are searched. The longer a rule, the more chance it had.
   */
  corrected: number;
}

const MOST_CONDITIONS = 3;
/** So many of the best rules get another condition. */
const BEAM = 20;

interface Candidate extends Omit<FoundRule, 'corrected'> {
  bits: Uint32Array;
  rate: number;
}

/**
 * Rules of 1 to 3 conditions whose rows fail more often than all rows, by beam search: a condition is added only where the rule
 * then fails more often and is less likely by chance. `support`: the fewest rows of a rule.
 */
export function searchRules(
  conditions: readonly Condition[],
  { rows, failed, support }: { rows: Int32Array; failed: Uint8Array; support: number },
): FoundRule[] {
  const failures = bitsWhere(rows, (row) => failed[row] === 1);
  const allFailed = countBits(failures);
  const measure = (rule: readonly Condition[], bits: Uint32Array): Candidate | null => {
    const inside = countBits(bits);
    if (inside < support || inside === rows.length) return null;
    const hits = countCommon(bits, failures);
    const urn = { all: rows.length, marked: allFailed, drawn: inside };
    return { conditions: [...rule], bits, rate: hits / inside, p: hypergeometricAtLeast(hits, urn) };
  };
  const singles = conditions.flatMap(
    (condition) => measure([condition], bitsWhere(rows, condition.holds)) ?? [],
  );
  const found: Candidate[] = [...singles];
  let beam = best(singles);
  for (let length = 2; length <= MOST_CONDITIONS; length++) {
    const seen = new Set<string>();
    const longer: Candidate[] = [];
    for (const rule of beam) {
      for (const single of singles) {
        const key = joinedKey(rule, single);
        if (key === null || seen.has(key)) continue;
        seen.add(key);
        const bits = rule.bits.map((word, place) => word & single.bits[place]);
        const candidate = measure([...rule.conditions, ...single.conditions], bits);
        if (candidate && candidate.rate > Math.max(rule.rate, single.rate) && candidate.p < rule.p)
          longer.push(candidate);
      }
    }
    found.push(...longer);
    beam = best(longer);
  }
  return found.map(({ conditions: parts, p }) => ({
    conditions: parts,
    p,
    corrected: p * MOST_CONDITIONS * combinations(singles.length, parts.length),
  }));
}

function combinations(all: number, chosen: number): number {
  let ways = 1;
  for (let place = 0; place < chosen; place++) ways *= (all - place) / (place + 1);
  return ways;
}

function best(candidates: readonly Candidate[]): Candidate[] {
  return candidates.toSorted((first, second) => first.p - second.p).slice(0, BEAM);
}

/** What the two have together, whatever the order; null where both speak of one column from the same side. */
function joinedKey(rule: Candidate, single: Candidate): string | null {
  const [added] = single.conditions;
  const clash = rule.conditions.some(
    ({ literal }) =>
      literal.column === added.literal.column &&
      (literal.operator === added.literal.operator || literal.operator === '='),
  );
  if (clash) return null;
  const parts = [...rule.conditions, added].map(
    ({ literal }) => `${literal.column}${literal.operator}${literal.value}`,
  );
  return parts.sort().join('\n');
}

function bitsWhere(rows: Int32Array, holds: (row: number) => boolean): Uint32Array {
  const bits = new Uint32Array(Math.ceil(rows.length / 32));
  for (let place = 0; place < rows.length; place++) {
    if (holds(rows[place])) bits[place >>> 5] |= 1 << (place & 31);
  }
  return bits;
}

function countBits(bits: Uint32Array): number {
  let count = 0;
  for (const word of bits) count += ones(word);
  return count;
}

function countCommon(first: Uint32Array, second: Uint32Array): number {
  let count = 0;
  for (let place = 0; place < first.length; place++) count += ones(first[place] & second[place]);
  return count;
}

/** The ones of a 32-bit word, counted in pairs, fours, bytes. */
function ones(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
