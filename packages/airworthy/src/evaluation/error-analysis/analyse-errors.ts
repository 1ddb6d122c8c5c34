import { isRecord } from '../../kernel/is-record.ts';
import { createRandom, type Random } from '../../stats/random.ts';
import { caseValue } from '../cases/case-value.ts';
import type { ErrorAnalysis } from '../report/schema.ts';
import { textOf } from './case-text.ts';
import { clusterFailures, type FailedCase } from './cluster-failures.ts';
import { codeCounts } from './code-counts.ts';
import { discoverSlices } from './discover-slices.ts';
import { featureTable } from './feature-columns.ts';

/** A case that a metric judged right or wrong. */
export interface JudgedCase {
  id: string;
  failed: boolean;
  input: unknown;
  /** What the task answered, or the reason why it is wrong: read with the input when failures are grouped. */
  output?: unknown;
  /** Columns that rules may speak of. */
  metadata: Readonly<Record<string, unknown>>;
  /** Typed error code of a failed case. */
  code?: string | undefined;
  /** The baseline's code of the same case, `ok` where it was right; absent where it has no such case. */
  baselineCode?: string | undefined;
  cluster?: string | undefined;
  /** An embedding of the case: used instead of its words where every failure has one. */
  vector?: ArrayLike<number> | undefined;
}

/** Takes cases one by one, in constant memory, and says at the end what is alike in those that failed. */
export interface ErrorCollector {
  add(each: JudgedCase): void;
  finish(): ErrorAnalysis;
}

/** Beyond these a random part is looked at; the counts of codes are of all cases. */
const MOST_FAILURES = 3000;
const MOST_CASES = 50_000;

/**
 * What failures of a metric have in common: clusters of those that read alike, slices found by rule, and the confusion of typed
 * error codes with those of the baseline. Seeded: the same cases in the same order give the same analysis. Memory does not
 * grow beyond 50,000 cases and 3,000 failures; of more a random part is read, and `sampled` says so.
 *
 * @example
 * const errors = collectErrors({ metric: 'exact', seed: 1 });
 * for await (const each of cases) errors.add(each);
 * errors.finish().slices; // [{ rule: 'lang = de AND length > 40', status: 'confirmed', … }]
 */
export function collectErrors({ metric, seed }: { metric: string; seed: number | string }): ErrorCollector {
  const random = createRandom(seed).fork(`errors of ${metric}`);
  const codes = codeCounts();
  const failures = sampler<FailedCase>(MOST_FAILURES, random.fork('failures'));
  const kept = caseSample(random.fork('cases'));
  return {
    add(each) {
      codes.add(each);
      kept.add(each);
      if (!each.failed) return;
      const place = failures.place();
      if (place === null) return;
      const { id, vector } = each;
      const text = `${textOf(each.input)} ${textOf(each.output)}`;
      failures.items[place] = vector === undefined ? { id, text } : { id, text, vector };
    },
    finish() {
      const sampled = failures.seen() > MOST_FAILURES || kept.seen() > MOST_CASES;
      return {
        metric,
        failures: failures.seen(),
        clusters: clusterFailures(failures.items, random.fork('clusters')),
        slices: failures.seen() === 0 ? [] : kept.slices(random.fork('halves')),
        ...codes.finish(),
        ...(sampled
          ? { sampled: { failures: failures.items.length, cases: Math.min(kept.seen(), MOST_CASES) } }
          : {}),
      };
    },
  };
}

/** The same of cases that are at hand. */
export function analyseErrors({
  cases,
  ...options
}: {
  metric: string;
  seed: number | string;
  cases: Iterable<JudgedCase>;
}): ErrorAnalysis {
  const errors = collectErrors(options);
  for (const each of cases) errors.add(each);
  return errors.finish();
}

/** Under the names by which filters and slices find them again: metadata, else fields of the input, and its `length`. */
function featuresOf(each: Pick<JudgedCase, 'id' | 'input' | 'metadata'>): Record<string, unknown> {
  // What a perturbation expects follows from which one it is.
  const { expectation: _, ...metadata } = each.metadata;
  return {
    length: caseValue(each, 'length'),
    ...(isRecord(each.input) ? each.input : {}),
    ...metadata,
  };
}

interface Sampler<Item> {
  items: Item[];
  /** Where the next item belongs; null where it is not kept. */
  place(): number | null;
  seen(): number;
}

/** A random part of a stream: each item is kept as likely as any other (Vitter 1985, algorithm R). */
function sampler<Item>(most: number, random: Random): Sampler<Item> {
  let seen = 0;
  return {
    items: [],
    place() {
      seen++;
      if (seen <= most) return seen - 1;
      const place = random.integer(seen);
      return place < most ? place : null;
    },
    seen: () => seen,
  };
}

/** What slices are found from: features, outcome and cluster of each case. */
function caseSample(random: Random) {
  const features = featureTable();
  const rows = sampler<{ failed: boolean; cluster: number }>(MOST_CASES, random);
  const clusters = new Map<string, number>();
  return {
    seen: rows.seen,
    add({ failed, input, metadata, cluster, id }: JudgedCase) {
      const row = rows.place();
      if (row === null) return;
      const key = cluster ?? id;
      const known = clusters.get(key) ?? clusters.size;
      clusters.set(key, known);
      rows.items[row] = { failed, cluster: known };
      features.set(row, featuresOf({ id, input, metadata }));
    },
    slices(halves: Random) {
      const failed = Uint8Array.from(rows.items, (row) => (row.failed ? 1 : 0));
      const ids = Int32Array.from(rows.items, ({ cluster }) => cluster);
      const clustered = new Set(ids).size < ids.length;
      return discoverSlices(
        { columns: features.columns(), failed, ...(clustered ? { clusters: ids } : {}) },
        halves,
      );
    },
  };
}
