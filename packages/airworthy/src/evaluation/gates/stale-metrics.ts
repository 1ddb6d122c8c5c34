/** What of an evaluation its scores depend on besides the task. */
export interface Comparable {
  casesDigest: string;
  spec: {
    /** Of some of the cases only. */
    partial: boolean;
    scorers: readonly { digest: string; metrics: readonly { name: string }[] }[];
  };
}

/**
 * Of which metrics a baseline is not comparable any more, and why: its cases are others, or another scorer (another rubric, another
 * judge) made its scores. A part of the cases is not called other cases here: that too few are in both is for pairing to say.
 */
export function staleMetrics(candidate: Comparable, baseline: Comparable): Map<string, string> {
  const stale = new Map<string, string>();
  const areOthers = candidate.casesDigest !== baseline.casesDigest && !candidate.spec.partial;
  const before = digestsOf(baseline);
  for (const [metric, digest] of digestsOf(candidate)) {
    if (areOthers)
      stale.set(metric, 'the baseline is of other cases; evaluate and bless what it stands for again');
    else if (before.has(metric) && before.get(metric) !== digest)
      stale.set(metric, 'the baseline was scored otherwise; evaluate and bless what it stands for again');
  }
  return stale;
}

function digestsOf({ spec }: Comparable): Map<string, string> {
  return new Map(
    spec.scorers.flatMap(({ digest, metrics }) => metrics.map(({ name }) => [name, digest] as const)),
  );
}
