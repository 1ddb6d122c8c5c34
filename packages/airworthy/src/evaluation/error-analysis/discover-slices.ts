import type { Random } from '../../stats/random.ts';
import { holm } from '../../stats/tests.ts';
import type { DiscoveredSlice } from '../report/schema.ts';
import type { FeatureColumn } from './feature-columns.ts';
import { type Condition, conditionsOf, ruleText } from './literals.ts';
import { type FoundRule, searchRules } from './search-rules.ts';
import { sliceP } from './slice-tests.ts';

export interface SliceData {
  columns: readonly FeatureColumn[];
  /** Of each case: 1 where it failed. */
  failed: Uint8Array;
  /** Absent where every case stands for itself. */
  clusters?: Int32Array;
}

/** A slice of fewer cases says too little; each half must have a third of that. */
const SUPPORT = 30;
const SUPPORT_OF_HALF = 10;
/** Share of false ones among the rules that are told though the other half did not confirm them (Benjamini-Hochberg). */
const FALSE_DISCOVERIES = 0.1;
/** How often noise alone may confirm anything at all (Holm over what is followed up). */
const ALPHA = 0.05;
/** Judged again with clusters, which the search leaves out of account. */
const RETESTED = 100;
const MOST_SLICES = 8;
/** Rules that share more of their failures than this say the same. */
const ALIKE = 0.7;

/**
 * Groups of cases, by rules of 1 to 3 conditions, in which more fail than in the rest: found on one half of the cases and
 * `confirmed` on the other where noise would do so in at most 5 % of evaluations; else `exploratory`. Clusters stay in one half.
 */
export function discoverSlices(data: SliceData, random: Random): DiscoveredSlice[] {
  const [first, second] = halves(data, random);
  const conditions = data.columns.flatMap((column) => conditionsOf(column, first));
  const { failed, clusters } = data;
  const rules = searchRules(conditions, { rows: first, failed, support: SUPPORT_OF_HALF });
  const judged = clusters ? { failed, clusters } : { failed };
  const likely = byChance(rules).slice(0, RETESTED);
  const retested = clusters
    ? byChance(likely.map((rule) => again(rule, sliceP(allHold(rule), { rows: first, ...judged }))))
    : likely;
  const q = adjusted(retested);
  const all = Int32Array.from(failed, (_, row) => row);
  const followed: { rule: FoundRule; q: number; members: Set<number>; failures: Set<number> }[] = [];
  for (const [place, rule] of retested.entries()) {
    if (followed.length === MOST_SLICES) break;
    const members = new Set(all.filter(allHold(rule)));
    const inSecond = second.reduce((count, row) => count + (members.has(row) ? 1 : 0), 0);
    if (members.size < SUPPORT || inSecond < SUPPORT_OF_HALF) continue;
    const failures = new Set([...members].filter((row) => failed[row] === 1));
    if (followed.some((other) => overlap(failures, other.failures) > ALIKE)) continue;
    followed.push({ rule, q: q[place], members, failures });
  }
  const confirmedP = holm(followed.map(({ rule }) => sliceP(allHold(rule), { rows: second, ...judged })));
  return followed
    .map(({ rule, q: share, members }, place) =>
      describe(rule, members, { failed, q: share, confirmedP: confirmedP[place] }),
    )
    .filter(({ status, q: share }) => status === 'confirmed' || share <= FALSE_DISCOVERIES);
}

/** Two halves at random, clusters whole. */
function halves({ failed, clusters }: SliceData, random: Random): [Int32Array, Int32Array] {
  const sides = new Map<number, number>();
  const sideOf = (cluster: number): number => {
    const known = sides.get(cluster) ?? random.integer(2);
    sides.set(cluster, known);
    return known;
  };
  const side = Uint8Array.from(failed, (_, row) => sideOf(clusters ? clusters[row] : row));
  const rows = Int32Array.from(failed, (_, row) => row);
  return [rows.filter((row) => side[row] === 0), rows.filter((row) => side[row] === 1)];
}

function allHold({ conditions }: { conditions: readonly Condition[] }): (row: number) => boolean {
  return (row) => conditions.every((condition) => condition.holds(row));
}

function byChance(rules: readonly FoundRule[]): FoundRule[] {
  return rules.toSorted((a, b) => a.corrected - b.corrected);
}

function again(rule: FoundRule, p: number): FoundRule {
  return { ...rule, p, corrected: rule.p > 0 ? (rule.corrected / rule.p) * p : p };
}

/** Benjamini and Hochberg's q over all rules of the space that was searched: `corrected` is p times their number already. */
function adjusted(sorted: readonly FoundRule[]): number[] {
  const q = sorted.map(({ corrected }, place) => Math.min(1, corrected / (place + 1)));
  for (let place = q.length - 2; place >= 0; place--) q[place] = Math.min(q[place], q[place + 1]);
  return q;
}

function overlap(first: ReadonlySet<number>, second: ReadonlySet<number>): number {
  const common = first.intersection(second).size;
  return common / (first.size + second.size - common);
}

function describe(
  { conditions, p }: FoundRule,
  members: ReadonlySet<number>,
  { failed, q, confirmedP }: { failed: Uint8Array; q: number; confirmedP: number },
): DiscoveredSlice {
  let inside = 0;
  for (const row of members) inside += failed[row];
  const all = failed.reduce((total, each) => total + each, 0);
  const literals = conditions.map(({ literal }) => literal);
  return {
    rule: ruleText(literals),
    literals,
    n: members.size,
    failureRate: inside / members.size,
    restRate: (all - inside) / (failed.length - members.size),
    p,
    q,
    confirmedP,
    status: confirmedP <= ALPHA ? 'confirmed' : 'exploratory',
  };
}
