import { writtenKey } from '../../../components/filter-completion.ts';

/** A column that was chosen: `metrics.auc`, `params.lr`, `tags.team`. */
export interface ColumnKey {
  kind: ColumnKind;
  key: string;
}

export const COLUMN_KINDS = ['metrics', 'params', 'tags'] as const;
export type ColumnKind = (typeof COLUMN_KINDS)[number];

export function readColumns(text: string | undefined): ColumnKey[] {
  return (text ?? '').split(',').flatMap((part) => readColumn(part.trim()) ?? []);
}

function readColumn(text: string): ColumnKey | null {
  const kind = COLUMN_KINDS.find((word) => text.startsWith(`${word}.`) && text.length > word.length + 1);
  return kind === undefined ? null : { kind, key: text.slice(kind.length + 1) };
}

export function columnText({ kind, key }: ColumnKey): string {
  return `${kind}.${key}`;
}

/** As a filter and an order name it: what is no plain word stands in backticks. */
export function filterKey({ kind, key }: ColumnKey): string {
  return `${kind}.${writtenKey(key)}`;
}

/** Says how sure another metric is, and is shown with that one. */
export const isIntervalEnd = (key: string) => /\.(low|high|standard-error)$/.test(key);

/** Says how far a run has come, not how well it does. */
export const isProgress = (key: string) => /^(epoch|step)$|^system\//.test(key);

/** The ends of an interval, logged beside the metric they belong to. */
export const intervalKeys = (key: string) => [`${key}.low`, `${key}.high`] as const;
