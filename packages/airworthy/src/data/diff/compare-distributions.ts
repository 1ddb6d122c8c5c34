import { chiSquareTwoSample } from '../../stats/tests.ts';
import { sqlName, sqlNumber, sqlText } from '../engine/sql-text.ts';
import { valueSql } from '../profile/value-counts.ts';
import type { ColumnProfile, ColumnShift } from '../schema.ts';
import type { VersionPair } from './compare-rows.ts';

const DECILES = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
const DIGITS = 1e6;

/** How far each common column moved, the most shifted first. */
export async function compareDistributions(pair: VersionPair): Promise<ColumnShift[]> {
  const shifts: ColumnShift[] = [];
  for (const column of pair.common) {
    const before = profileOf(pair.from.version.profile.columns, column.name);
    const after = profileOf(pair.to.version.profile.columns, column.name);
    const conditions = bins(column, before);
    const counts = conditions && {
      before: await countBins(pair, 'from', conditions.from),
      after: await countBins(pair, 'to', conditions.to),
    };
    const moved = counts ? shiftOf(counts.before, counts.after) : { psi: 0, p: 1 };
    shifts.push({ column: column.name, ...moved, missingFrom: before.missing, missingTo: after.missing });
  }
  return shifts.sort((a, b) => b.psi - a.psi || a.p - b.p);
}

/**
 * Population stability index Σ (c - r) ln(c / r) with half a row added to each count (Jeffreys), less its expectation
 * without any shift, (B - 1)(1/n + 1/m) (Yurdakul and Naranjo 2020).
 */
export function shiftOf(before: readonly number[], after: readonly number[]): { psi: number; p: number } {
  const total = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0);
  const [n, m] = [total(before), total(after)];
  const used = before.flatMap((count, bin) => (count + after[bin] > 0 ? [[count, after[bin]]] : []));
  if (n === 0 || m === 0 || used.length < 2) return { psi: 0, p: 1 };
  const half = used.length / 2;
  const psi = used.reduce((sum, [was, is]) => {
    const [r, c] = [(was + 0.5) / (n + half), (is + 0.5) / (m + half)];
    return sum + (c - r) * Math.log(c / r);
  }, 0);
  const corrected = Math.max(0, psi - (used.length - 1) * (1 / n + 1 / m));
  return { psi: Math.round(corrected * DIGITS) / DIGITS, p: chiSquareTwoSample(before, after).p };
}

function profileOf(columns: readonly ColumnProfile[], name: string): ColumnProfile {
  const profile = columns.find((column) => column.name === name);
  if (!profile) throw new Error(`no profile of column ${name}`);
  return profile;
}

/** SQL conditions, one a bin, that together hold for each known value once. Undefined where kinds cannot be compared. */
function bins(
  { name, from, to }: VersionPair['common'][number],
  before: ColumnProfile,
): { from: string[]; to: string[] } | undefined {
  const texts = [from.kind, to.kind].filter((kind) => kind === 'category').length;
  if (texts === 1) return undefined;
  if (texts === 2) {
    const conditions = categoryBins(sqlName(name), before);
    return { from: conditions, to: conditions };
  }
  const quantiles = before.quantiles ?? [];
  const deciles = DECILES.flatMap((p) => quantiles.find((quantile) => quantile.p === p)?.value ?? []);
  const edges = [...new Set(deciles)];
  return { from: numberBins(valueSql(from), edges), to: numberBins(valueSql(to), edges) };
}

function categoryBins(text: string, before: ColumnProfile): string[] {
  const values = before.top.map((entry) => sqlText(String(entry.value)));
  const each = values.map((value) => `${text} = ${value}`);
  return values.length === 0
    ? [`${text} IS NOT NULL`]
    : [...each, `${text} IS NOT NULL AND ${text} NOT IN (${values.join(', ')})`];
}

function numberBins(value: string, edges: readonly number[]): string[] {
  if (edges.length === 0) return [`${value} IS NOT NULL`];
  const between = edges
    .slice(1)
    .map((edge, index) => `${value} > ${sqlNumber(edges[index])} AND ${value} <= ${sqlNumber(edge)}`);
  return [
    `${value} <= ${sqlNumber(edges[0])}`,
    ...between,
    `${value} > ${sqlNumber(edges[edges.length - 1])}`,
  ];
}

async function countBins(
  pair: VersionPair,
  side: 'from' | 'to',
  conditions: readonly string[],
): Promise<number[]> {
  const terms = conditions.map((condition, index) => `count_if(${condition}) AS n${index}`);
  const row = await pair.engine.one<Record<string, number>>(
    `SELECT ${terms.join(', ')} FROM ${pair[side].numbered}`,
  );
  return conditions.map((_, index) => row[`n${index}`]);
}
