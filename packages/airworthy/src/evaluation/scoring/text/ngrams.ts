/** How often each n-gram of the units (words or characters) occurs. */
export function countNgrams(units: readonly string[], n: number, separator = ' '): Map<string, number> {
  const counts = new Map<string, number>();
  for (let start = 0; start + n <= units.length; start++) {
    const ngram = n === 1 ? units[start] : units.slice(start, start + n).join(separator);
    counts.set(ngram, (counts.get(ngram) ?? 0) + 1);
  }
  return counts;
}

/** How many n-grams two texts have in common, each as often as it occurs in both. */
export function overlap(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): number {
  const [few, many] = a.size <= b.size ? [a, b] : [b, a];
  let common = 0;
  for (const [ngram, count] of few) common += Math.min(count, many.get(ngram) ?? 0);
  return common;
}

/** Words as whitespace separates them. */
export function wordsOf(text: string): string[] {
  return text.split(/\s+/).filter(Boolean);
}
