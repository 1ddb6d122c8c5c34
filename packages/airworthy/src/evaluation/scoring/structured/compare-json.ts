/** Keys that need no quotes: `a.b` is a in b, `["a.b"]` one key. */
const PLAIN_KEY = /^[\p{L}_$][\p{L}\p{N}_$-]*$/u;

/** Where two JSON values differ, by path (`$.a[0].b`). */
export interface JsonDifference {
  /** In what is expected, but not in the answer. */
  missing: string[];
  /** In the answer, but not in what is expected. */
  unexpected: string[];
  /** In both, with another value. */
  wrong: { path: string; expected: unknown; answer: unknown }[];
  /** Leaves that are the same. */
  same: number;
}

export interface CompareRules {
  /** Paths that are left out, with all below them. */
  ignore: readonly string[];
  /** Numbers no further apart than this are the same. */
  tolerance: number;
}

/**
 * Compares leaf by leaf: texts, numbers, true, false, null, and empty objects and lists. Lists are compared by position.
 *
 * @example
 * compareJson({ a: 1, b: [1, 2] }, { a: 1, b: [1, 3] }, { ignore: [], tolerance: 0 }).wrong; // [{ path: '$.b[1]', … }]
 */
export function compareJson(expected: unknown, answer: unknown, rules: CompareRules): JsonDifference {
  const wanted = leavesOf(expected, rules.ignore);
  const given = leavesOf(answer, rules.ignore);
  const difference: JsonDifference = { missing: [], unexpected: [], wrong: [], same: 0 };
  for (const [path, value] of wanted) {
    if (!given.has(path)) difference.missing.push(path);
    else if (isSame(value, given.get(path), rules.tolerance)) difference.same++;
    else difference.wrong.push({ path, expected: value, answer: given.get(path) });
  }
  for (const path of given.keys()) if (!wanted.has(path)) difference.unexpected.push(path);
  return difference;
}

/** The share of leaves, of both together, that are the same: one that is missing, unexpected or wrong counts as one. */
export function likeness({ missing, unexpected, wrong, same }: JsonDifference): number {
  const all = missing.length + unexpected.length + wrong.length + same;
  return all === 0 ? 1 : same / all;
}

function isSame(a: unknown, b: unknown, tolerance: number): boolean {
  if (typeof a === 'number' && typeof b === 'number') return Math.abs(a - b) <= tolerance;
  if (typeof a !== 'object' || a === null || typeof b !== 'object' || b === null) return a === b;
  // Both are empty: an object and a list are still not the same.
  return Array.isArray(a) === Array.isArray(b);
}

function leavesOf(value: unknown, ignore: readonly string[]): Map<string, unknown> {
  const leaves = new Map<string, unknown>();
  const ignored = new Set(ignore.map((path) => (path.startsWith('$') ? path : `$.${path}`)));
  const visit = (each: unknown, path: string): void => {
    if (ignored.has(path)) return;
    const members = membersOf(each, path);
    if (members.length === 0) leaves.set(path, each);
    for (const [at, member] of members) visit(member, at);
  };
  visit(value, '$');
  return leaves;
}

function membersOf(value: unknown, path: string): [path: string, member: unknown][] {
  if (Array.isArray(value)) return value.map((each, index) => [`${path}[${index}]`, each]);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).map(([key, each]) => [
    `${path}${PLAIN_KEY.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`}`,
    each,
  ]);
}
