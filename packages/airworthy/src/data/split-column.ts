import type { Split, SplitSpec } from './schema.ts';

/** The column of which no value is on both sides; undefined where rows are dealt one by one, or by time. */
export function keptWholeBy(spec: SplitSpec): string | undefined {
  switch (spec.by) {
    case 'group':
      return spec.column;
    case 'template':
    case 'author':
    case 'speaker':
      return spec.by;
    default:
      return undefined;
  }
}

/** Every column that the split reads besides the target. */
export function splitColumn(spec: SplitSpec): string | undefined {
  return 'column' in spec ? spec.column : keptWholeBy(spec);
}

/** `by author` or `by group of customer`, for people. */
export function describeSplit({ spec }: Pick<Split, 'spec'>): string {
  if (spec.by === 'moment') return `at ${spec.from} of ${spec.column}`;
  return 'column' in spec ? `by ${spec.by} of ${spec.column}` : `by ${spec.by}`;
}
