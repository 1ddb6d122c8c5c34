import { addCounts } from './add-counts.ts';

/** The categories of a reference: the frequent ones by name, and which others it had. */
export interface CategoryLayout {
  /** Most frequent first. */
  top: string[];
  /** The rest, sorted; null where they are too many to carry, so that `unseen` cannot be told from `other`. */
  others: string[] | null;
}

/** Counts of a window on carried categories. Plain JSON; the windows of one layout merge by addition. */
export interface CategoryCounts extends CategoryLayout {
  /** In the order of `top`. */
  counts: number[];
  /** Rows of the reference's other categories (and of unseen ones where `others` is null). */
  other: number;
  /** Rows of categories that the reference did not have. */
  unseen: number;
  missing: number;
}

const MOST_OTHERS = 1000;

/** Categories by code, as a table's column holds them: a code of -1 is missing. */
export interface CodedCategories {
  codes: Int32Array;
  categories: readonly string[];
}

/** The layout of a reference: its `most` most frequent categories, equals in alphabetical order. */
export function categoryLayout(column: CodedCategories, most = 50): CategoryLayout {
  const { counts } = countCodes(column);
  const names = column.categories
    .map((name, code) => ({ name, count: counts[code] }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1))
    .map(({ name }) => name);
  const others = names.slice(most);
  return { top: names.slice(0, most), others: others.length > MOST_OTHERS ? null : others.sort() };
}

export function countCategories(layout: CategoryLayout, column: CodedCategories): CategoryCounts {
  const { counts: byCode, missing } = countCodes(column);
  const places = new Map(layout.top.map((name, place) => [name, place]));
  const others = new Set(layout.others);
  const counts = new Array<number>(layout.top.length).fill(0);
  let [other, unseen] = [0, 0];
  column.categories.forEach((name, code) => {
    const place = places.get(name);
    if (place !== undefined) counts[place] += byCode[code];
    else if (layout.others === null || others.has(name)) other += byCode[code];
    else unseen += byCode[code];
  });
  return { ...layout, counts, other, unseen, missing };
}

function countCodes({ codes, categories }: CodedCategories): { counts: Float64Array; missing: number } {
  const counts = new Float64Array(categories.length);
  let missing = 0;
  for (const code of codes) {
    if (code < 0) missing += 1;
    else counts[code] += 1;
  }
  return { counts, missing };
}

/** Both windows together. Throws TypeError where they were counted on different categories. */
export function mergeCategoryCounts(a: CategoryCounts, b: CategoryCounts): CategoryCounts {
  const sameTop = a.top.length === b.top.length && a.top.every((name, place) => name === b.top[place]);
  if (!sameTop || a.others?.length !== b.others?.length) {
    throw new TypeError('counts on different categories cannot be merged');
  }
  return {
    ...a,
    counts: addCounts(a.counts, b.counts),
    other: a.other + b.other,
    unseen: a.unseen + b.unseen,
    missing: a.missing + b.missing,
  };
}
