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
export function categoryLayout({ codes, categories }: CodedCategories, most = 50): CategoryLayout {
  const counts = new Float64Array(categories.length);
  for (const code of codes) if (code >= 0) counts[code] += 1;
  const ranked = categories
    .map((name, code) => ({ name, count: counts[code] }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1));
  const names = ranked.map(({ name }) => name);
  const others = names.slice(most);
  return { top: names.slice(0, most), others: others.length > MOST_OTHERS ? null : others.sort() };
}

/** Counts one category at a time; `counts` is the sketch. A dictionary is built once. */
export function createCategoryCounter(layout: CategoryLayout): {
  add(category: string | null): void;
  readonly counts: CategoryCounts;
} {
  const places = new Map(layout.top.map((name, place) => [name, place]));
  const others = new Set(layout.others);
  const counts: CategoryCounts = {
    top: layout.top,
    others: layout.others,
    counts: new Array<number>(layout.top.length).fill(0),
    other: 0,
    unseen: 0,
    missing: 0,
  };
  return {
    counts,
    add(category) {
      if (category === null) {
        counts.missing += 1;
        return;
      }
      const place = places.get(category);
      if (place !== undefined) counts.counts[place] += 1;
      else if (layout.others === null || others.has(category)) counts.other += 1;
      else counts.unseen += 1;
    },
  };
}

export function countCategories(
  layout: CategoryLayout,
  { codes, categories }: CodedCategories,
): CategoryCounts {
  const counter = createCategoryCounter(layout);
  for (const code of codes) counter.add(code < 0 ? null : categories[code]);
  return counter.counts;
}

/** Both windows together. Throws TypeError where they were counted on different categories. */
export function mergeCategoryCounts(a: CategoryCounts, b: CategoryCounts): CategoryCounts {
  const same = a.top.length === b.top.length && a.top.every((name, place) => name === b.top[place]);
  if (!same || a.others?.length !== b.others?.length) {
    throw new TypeError('counts on different categories cannot be merged');
  }
  return {
    ...a,
    counts: a.counts.map((count, place) => count + b.counts[place]),
    other: a.other + b.other,
    unseen: a.unseen + b.unseen,
    missing: a.missing + b.missing,
  };
}
