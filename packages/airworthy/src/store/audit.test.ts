import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testContext } from '../../test/test-context.ts';
import { appendAudit, verifyAudit } from './audit.ts';
import type { Context } from './ports.ts';

async function appendFive(context: Context): Promise<void> {
  for (const action of ['a', 'b', 'c', 'd', 'e']) {
    await context.store.database.write((sql) =>
      appendAudit(context, sql, { action, object: 'x', reason: 'r', evidence: { n: 1 } }),
    );
  }
}

test('a chain left alone verifies, and concurrent entries are one chain', async () => {
  await using context = testContext();
  assert.deepEqual((await verifyAudit(context)).entries, 0);
  await Promise.all([appendFive(context), appendFive(context)]);
  const report = await verifyAudit(context);
  assert.deepEqual([report.ok, report.entries], [true, 10]);
});

test('a changed column, a removed entry and swapped entries are found', async () => {
  const columns = ['actor', 'action', 'object', 'reason', 'evidence', 'hash', 'previous_hash'] as const;
  for (const column of columns) {
    await using context = testContext();
    await appendFive(context);
    const { sql } = context.store.database;
    await sql
      .updateTable('audit_entry')
      .set({ [column]: 'altered' })
      .where('sequence', '=', 3)
      .execute();
    const report = await verifyAudit(context);
    assert.deepEqual([report.ok, report.entries], [false, 2], column);
  }
  await using context = testContext();
  await appendFive(context);
  await context.store.database.sql.deleteFrom('audit_entry').where('sequence', '=', 3).execute();
  assert.deepEqual((await verifyAudit(context)).detail, 'entry 3 is missing');
});

test('the head tells a chain that was cut short', async () => {
  await using context = testContext();
  await appendFive(context);
  const { head } = await verifyAudit(context);
  await context.store.database.sql.deleteFrom('audit_entry').where('sequence', '=', 5).execute();
  const cut = await verifyAudit(context);
  assert.equal(cut.ok, true);
  assert.notEqual(cut.head, head);
});
