import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import { testContext } from '../../../test/test-context.ts';
import { openScratchFolder } from '../../store/scratch-folder.ts';
import { openEngine } from '../engine/open-engine.ts';
import { checkExpression } from './check-expression.ts';

const RELATION = "(SELECT 1 AS delay, 'ORD' AS origin, TIMESTAMP '2001-01-01' AS date)";

test('an expression tells its columns and its type', async () => {
  using engine = await openEngine({ scratch: tmpdir(), files: [], width: 1 });
  const check = (expression: string) => checkExpression(engine, expression, RELATION, 'here');
  assert.deepEqual(await check("Delay > 15 AND date < '2001-02-01' -- January"), {
    columns: ['Delay', 'date'],
    type: 'BOOLEAN',
  });
  assert.deepEqual(await check('CASE WHEN delay > 3 THEN origin END'), {
    columns: ['delay', 'origin'],
    type: 'VARCHAR',
  });
});

const REFUSED: Record<string, RegExp> = {
  'delay >': /syntax error/,
  'delay > 1; DROP TABLE x': /syntax error|more than one/,
  'delay > 1), (2': /more than one expression/,
  '1) FROM x WHERE (true': /more than one expression/,
  "delay > 1 OR origin IN (SELECT content FROM read_text('/etc/passwd'))": /holds a query/,
  'count(*) > 1': /aggregates/,
  'sum(delay) OVER () > 1': /other rows/,
  'random() < 0.5': /random\(\) gives another value each time/,
  'date > now()': /now\(\) gives another value/,
  'date > current_date': /current_date/,
  'dely > 1': /no column "dely"; did you mean "delay"\?/,
  'nosuch(delay)': /nosuch/,
};

for (const [expression, message] of Object.entries(REFUSED)) {
  test(`refused: ${expression}`, async () => {
    using engine = await openEngine({ scratch: tmpdir(), files: [], width: 1 });
    await assert.rejects(
      checkExpression(engine, expression, RELATION, 'data.filters[0].keep'),
      (error: Error) => {
        assert.match(error.message, message);
        assert.ok(error.message.includes(`\`${expression}\``), 'it names itself');
        return (error as { code?: string }).code === 'DATA_EXPRESSION';
      },
    );
  });
}

test('the engine sees neither the network nor files it was not given, and its settings are locked', async () => {
  await using context = testContext();
  await using scratch = await openScratchFolder(context.store.folder, 'data');
  using engine = await openEngine({ scratch: scratch.path, files: [], width: 1 });
  for (const sql of [
    "SELECT * FROM read_text('/etc/hostname')",
    "SELECT * FROM read_csv('https://example.com/a.csv')",
    'INSTALL httpfs',
    'SET enable_external_access = true',
    "ATTACH '/etc/x.db'",
  ])
    await assert.rejects(engine.run(sql), /Permission Error|disabled|locked|Invalid/, sql);
});
