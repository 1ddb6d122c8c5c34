import type { ErrorAnalysis } from '../report/schema.ts';

/** Of a failure that its scorer did not name. */
const UNNAMED = 'wrong';
export const RIGHT = 'ok';
const MOST_ROWS = 100;

type Counts = Pick<ErrorAnalysis, 'codes' | 'confusion'>;

/** Counts the typed errors of cases, and what became of the baseline's; the most frequent first. */
export function codeCounts(): {
  add(each: { failed: boolean; code?: string | undefined; baselineCode?: string | undefined }): void;
  finish(): Counts;
} {
  const codes = new Map<string, number>();
  const confusion = new Map<string, Map<string, number>>();
  return {
    add({ failed, code, baselineCode }) {
      const candidate = failed ? (code ?? UNNAMED) : RIGHT;
      if (failed) codes.set(candidate, (codes.get(candidate) ?? 0) + 1);
      if (baselineCode === undefined) return;
      const row = confusion.get(baselineCode) ?? new Map<string, number>();
      row.set(candidate, (row.get(candidate) ?? 0) + 1);
      confusion.set(baselineCode, row);
    },
    finish() {
      const pairs = [...confusion].flatMap(([baseline, row]) =>
        [...row].map(([candidate, cases]) => ({ baseline, candidate, cases })),
      );
      return {
        codes: mostFrequent([...codes].map(([code, cases]) => ({ code, cases }))),
        confusion: mostFrequent(pairs),
      };
    },
  };
}

function mostFrequent<Row extends { cases: number }>(rows: readonly Row[]): Row[] {
  const inOrder = (first: Row, second: Row) =>
    second.cases - first.cases || (JSON.stringify(first) < JSON.stringify(second) ? -1 : 1);
  return rows.toSorted(inOrder).slice(0, MOST_ROWS);
}
