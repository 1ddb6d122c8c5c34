import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { testContext } from '../../../test/test-context.ts';

test('once the database is rewritten nothing of deleted rows is in its files, and writes meanwhile are there', async (t) => {
  if (process.env.AIRWORTHY_TEST_STAGES_ON) return t.skip('about the files of SQLite');
  await using context = testContext();
  const { database, folder } = context.store;
  const add = (from: number, to: number, value: string) =>
    database.write(async (sql) => {
      for (let key = from; key < to; key++)
        await sql
          .insertInto('tag')
          .values({ project: 'p', run: `${key % 7}`, key: `${key}`, value: `${value} ${key}` })
          .execute();
    });
  const held = () =>
    ['airworthy.db', 'airworthy.db-wal'].filter(
      (name) => existsSync(join(folder, name)) && readFileSync(join(folder, name)).includes('a secret'),
    );
  await add(0, 2_000, 'a secret');
  await add(2_000, 4_000, 'no matter');
  await database.write((sql) => sql.deleteFrom('tag').where('value', 'like', 'a secret%').execute());
  assert.ok(held().length > 0);
  const [left] = await Promise.all([
    database.compact(),
    add(4_000, 4_010, 'meanwhile'),
    add(4_010, 4_020, 'too'),
  ]);
  assert.equal(left, undefined);
  assert.deepEqual(held(), []);
  assert.equal((await database.sql.selectFrom('tag').select('key').execute()).length, 2_020);
});
