/**
 * The rows of a CSV text (RFC 4180) as texts by column; the first line names the columns. Columns of one name become
 * `name`, `name1`, `name2` …: no value is lost.
 */
export function parseCsv(text: string): Record<string, string>[] {
  const [header = [], ...rows] = recordsOf(text.replace(/^\ufeff/, ''));
  const names = header.map((name, index) => {
    const before = header.slice(0, index).filter((other) => other === name).length;
    return before === 0 ? name.trim() : `${name.trim()}${before}`;
  });
  const filled = rows.filter((row) => row.length > 1 || row[0] !== '');
  return filled.map((row) => Object.fromEntries(names.map((name, index) => [name, row[index] ?? ''])));
}

function recordsOf(text: string): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  const field = /(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r?\n|\r|$)/gy;
  while (field.lastIndex < text.length) {
    const match = field.exec(text);
    if (match === null) break;
    record.push(match[1] === undefined ? match[2] : match[1].replaceAll('""', '"'));
    if (match[3] === ',' && field.lastIndex === text.length) record.push('');
    if (match[3] === ',') continue;
    records.push(record);
    record = [];
  }
  if (record.length > 0) records.push(record);
  return records;
}
