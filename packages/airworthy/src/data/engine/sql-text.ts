/** A column or table name as SQL, whatever characters it holds. */
export function sqlName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text literal as SQL. */
export function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

export function sqlTexts(texts: readonly string[]): string {
  return `[${texts.map(sqlText).join(', ')}]`;
}

/** A number literal as SQL: infinities and NaN included, never in the locale's form. */
export function sqlNumber(value: number): string {
  return Number.isFinite(value) ? `(${value})::DOUBLE` : `'${value}'::DOUBLE`;
}
