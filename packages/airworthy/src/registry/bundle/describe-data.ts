import { count, plural } from '../../kernel/figures.ts';
import type { PackedSplit, PackedVersion } from './pack-input.ts';

/** The bundle's `datasets.json`: which rows, by digest, where they came from, and what was left out and why. */
export function describeData({ dataset, digest, rows, source }: PackedVersion, split: PackedSplit) {
  const { source: from, format, rowsRead, sample, filters, target } = source;
  return {
    format: 'airworthy-datasets/1',
    datasets: [{ dataset, digest, rows, source: { from, format, rowsRead, sample, filters, target } }],
    split: { digest: split.digest, spec: split.spec, roles: split.roles },
  };
}

/** The same in a sentence. */
export function summariseData({ digest, rows, source }: PackedVersion, { roles }: PackedSplit): string {
  const excluded = source.filters.map(
    ({ because, excluded }) => `${plural(excluded, 'row')} excluded: ${because}`,
  );
  return [
    `${plural(rows, 'row')} (${count(roles.train)} for training, ${count(roles.test)} for the test) from ${source.source.join(', ')}`,
    ...excluded,
    `version ${digest.slice(0, 12)}`,
  ].join('; ');
}
