import { AirworthyError } from '../../kernel/errors.ts';
import { MOST_COLUMNS, ROW } from './source-table.ts';

/** Refuses names that repeat, that are empty, and more of them than a dataset may have. */
export function checkColumnNames(names: readonly string[], file: string): void {
  if (names.length > MOST_COLUMNS) {
    throw new AirworthyError('DATA_TOO_WIDE', {
      message: `"${file}" has ${names.length} columns; a dataset has at most ${MOST_COLUMNS}`,
      facts: { columns: names.length, most: MOST_COLUMNS },
    });
  }
  const seen = new Map<string, number>();
  for (const [index, name] of names.entries()) {
    if (name.trim() === '' || name === ROW) {
      throw new AirworthyError('DATA_DUPLICATE_COLUMN', {
        message: `column ${index + 1} of "${file}" has ${name === ROW ? `the reserved name ${ROW}` : 'no name'}`,
        remedy: 'Give every column a name of its own in the first line.',
      });
    }
    const earlier = seen.get(name.toLowerCase());
    if (earlier !== undefined) {
      const [before, now] = [names[earlier], name];
      const same = before === now ? `both "${now}"` : `"${before}" and "${now}", which differ only in case`;
      throw new AirworthyError('DATA_DUPLICATE_COLUMN', {
        message: `columns ${earlier + 1} and ${index + 1} of "${file}" are ${same}`,
        at: now,
      });
    }
    seen.set(name.toLowerCase(), index);
  }
}
