import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { sha256 } from '../../src/kernel/ids.ts';
import { openTestPostgres } from '../postgres-server.ts';
import { testContext } from '../test-context.ts';
import { type Place, testDatabase } from './database.ts';

const postgres = await openTestPostgres();
const skip = 'skip' in postgres ? postgres.skip : false;
after(async () => {
  if (!('skip' in postgres)) await postgres.stop();
});

async function createSqlitePlace(): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), 'airworthy-'));
  return {
    address: join(folder, 'airworthy.db'),
    [Symbol.asyncDispose]: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

async function createPostgresPlace(): Promise<Place> {
  if ('skip' in postgres) throw new Error(postgres.skip);
  return { address: await postgres.createSchema(), [Symbol.asyncDispose]: async () => {} };
}

testDatabase('SQLite', false, createSqlitePlace);
testDatabase('PostgreSQL', skip, createPostgresPlace);

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
