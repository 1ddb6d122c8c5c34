import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { sha256 } from '../../src/kernel/ids.ts';
import { testContext } from '../test-context.ts';

test('a blob is named by its sha256 and is put once', async () => {
  await using context = testContext();
  const { blobs } = context.store;
  const digest = await blobs.put('hello');
  assert.equal(digest, sha256('hello'));
  assert.equal(await blobs.put(Buffer.from('hello')), digest);
  assert.equal((await blobs.get(digest)).toString(), 'hello');
  assert.equal(await blobs.has(sha256('other')), false);
});

test('a file becomes a blob with the same digest as its bytes', async () => {
  await using context = testContext();
  const path = join(context.store.folder, 'some.bin');
  writeFileSync(path, 'content of a file');
  assert.equal(await context.store.blobs.putFile(path), sha256('content of a file'));
});

test('a missing blob is a typed error, and a path is no digest', async () => {
  await using context = testContext();
  await assert.rejects(context.store.blobs.get(sha256('nothing')), { code: 'BLOB_NOT_FOUND' });
  await assert.rejects(async () => context.store.blobs.get('../../etc/passwd'), { code: 'BAD_ARGUMENT' });
});

test('concurrent writes are all kept, and one that fails undoes only itself', async () => {
  await using context = testContext();
  const { database } = context.store;
  const insert = (name: string) =>
    database.write((sql) =>
      sql.insertInto('experiment').values({ project: 'p', name, created_at: 1 }).execute(),
    );
  const outcomes = await Promise.allSettled([insert('a'), insert('b'), insert('a'), insert('c')]);
  assert.deepEqual(
    outcomes.map((outcome) => outcome.status),
    ['fulfilled', 'fulfilled', 'rejected', 'fulfilled'],
  );
  const rows = await database.sql.selectFrom('experiment').select('name').orderBy('name').execute();
  assert.deepEqual(
    rows.map((row) => row.name),
    ['a', 'b', 'c'],
  );
});

test('a write is seen by readers once it resolves', async () => {
  await using context = testContext();
  const { database } = context.store;
  const result = await database.write((sql) =>
    sql.insertInto('experiment').values({ project: 'p', name: 'x', created_at: 1 }).executeTakeFirst(),
  );
  assert.equal(result.numInsertedOrUpdatedRows, 1n);
  assert.equal((await database.sql.selectFrom('experiment').selectAll().execute()).length, 1);
});
