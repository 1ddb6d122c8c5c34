/** A column's heading; numbers read best when they end at the same place. */
export interface TableColumn {
  heading: string;
  align?: 'left' | 'right';
}

/**
 * Rows as aligned text, two spaces between columns, no rules.
 *
 * @example
 * formatTable([{ heading: 'name' }, { heading: 'rows', align: 'right' }], [['flights', '52,341']]);
 */
export function formatTable(columns: readonly TableColumn[], rows: readonly (readonly string[])[]): string {
  const widths = columns.map((column, index) =>
    Math.max(column.heading.length, ...rows.map((row) => row[index].length)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, index) =>
        columns[index].align === 'right' ? cell.padStart(widths[index]) : cell.padEnd(widths[index]),
      )
      .join('  ')
      .trimEnd();
  return [line(columns.map((column) => column.heading)), ...rows.map(line)].join('\n');
}

/** Label and value pairs, one a line, the values aligned. */
export function formatFacts(facts: readonly (readonly [label: string, value: string])[]): string {
  const width = Math.max(...facts.map(([label]) => label.length));
  return facts.map(([label, value]) => `${label.padEnd(width)}  ${value}`).join('\n');
}
