import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { dataProject } from '../testing/data-project.ts';
import { lineOfRecord, readHeader } from './csv-records.ts';

const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
const value = fc.string({ unit: fc.constantFrom('a', 'é', '"', ',', ';', '\n', '\r\n', '\t', ' ') });

test('names, delimiter and the line of each record, whatever the values hold', async () => {
  await using project = dataProject();
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(',', ';', '\t', '|'),
      fc.constantFrom('\n', '\r\n'),
      fc.array(fc.tuple(value, value, value), { minLength: 1, maxLength: 8 }),
      async (delimiter, newline, rows) => {
        const lines = [['x', 'y "1"', 'z'], ...rows].map((row) => row.map(quote).join(delimiter));
        const path = project.write('a.csv', `\ufeff${lines.join(newline)}${newline}`);
        assert.deepEqual(await readHeader(path), { names: ['x', 'y "1"', 'z'], delimiter });
        let line = 1;
        for (const [record, text] of lines.entries()) {
          if (record > 0) assert.deepEqual(await lineOfRecord(path, record - 1), { line });
          line += text.split('\n').length;
        }
        assert.deepEqual(await lineOfRecord(path, rows.length), { records: rows.length });
      },
    ),
    { numRuns: 50 },
  );
});
