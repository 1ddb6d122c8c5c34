/** A row filter of a project's data. */
export interface RowFilter {
  keep: string;
  because: string;
}

/**
 * Which of a project's filters hold for traffic: those about what a row says do, since such rows never came to be
 * learnt from; those that read the time column do not, since they cut off the very future that is to be replayed.
 */
export function chooseFilters<Filter extends RowFilter>(
  filters: readonly Filter[],
  timeColumn: string,
): { kept: Filter[]; left: Filter[] } {
  const left = filters.filter((filter) => readsColumn(filter.keep, timeColumn));
  return { kept: filters.filter((filter) => !left.includes(filter)), left };
}

/** Texts, comments, quoted names, plain names (with the parenthesis that makes one a function). */
const TOKEN = /'(?:[^']|'')*'|--[^\n]*|\/\*[\s\S]*?\*\/|"((?:[^"]|"")*)"|([A-Za-z_][\w$]*)(\s*\()?/g;

/** Does an SQL expression read a column? Names are compared as SQL does, in any case. */
export function readsColumn(expression: string, column: string): boolean {
  for (const [, quoted, plain, call] of expression.matchAll(TOKEN)) {
    const name = quoted?.replaceAll('""', '"') ?? (call === undefined ? plain : undefined);
    if (name?.toLowerCase() === column.toLowerCase()) return true;
  }
  return false;
}
