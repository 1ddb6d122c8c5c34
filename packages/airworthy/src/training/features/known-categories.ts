import type { CategoryColumn } from '../../models/table.ts';

export interface KnownCategory {
  name: string;
  /** The category's code in the column. */
  code: number;
  count: number;
}

/**
 * The categories that occur, most frequent first, equals by name: an order that does not depend on the column's
 * dictionary. The empty string is missing, hence none.
 */
export function knownCategories({ codes, categories }: CategoryColumn): KnownCategory[] {
  const counts = new Int32Array(categories.length);
  for (const code of codes) if (code >= 0) counts[code] += 1;
  return categories
    .map((name, code) => ({ name, code, count: counts[code] }))
    .filter(({ name, count }) => count > 0 && name !== '')
    .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1));
}

/** True where some row of a category column is missing. */
export function hasMissingCategory({ codes, categories }: CategoryColumn): boolean {
  const empty = categories.indexOf('');
  return codes.some((code) => code < 0 || code === empty);
}
