import assert from 'node:assert/strict';
import { appendFileSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { testContext } from '../../../test/test-context.ts';
import { openDiskBlobs } from './disk.ts';

const DAMAGES: Record<string, (path: string) => void> = {
  'a flipped byte'(path) {
    const bytes = readFileSync(path);
    bytes[3] ^= 1;
    writeFileSync(path, bytes);
  },
  'a truncation': (path) => truncateSync(path, 4),
  'an emptied file': (path) => truncateSync(path, 0),
  'an added byte': (path) => appendFileSync(path, 'x'),
};

for (const [name, damage] of Object.entries(DAMAGES)) {
  test(`${name} is found on every kind of read, and mended by putting the content again`, async () => {
    await using context = testContext();
    const { blobs } = context.store;
    const digest = await blobs.put('the content of a blob');
    const path = await blobs.localPath(digest);
    damage(path);
    const named = { code: 'BLOB_ALTERED', message: new RegExp(digest) };
    await assert.rejects(blobs.get(digest), named);
    await assert.rejects(blobs.localPath(digest), named);
    assert.equal(await blobs.put('the content of a blob'), digest);
    assert.equal((await blobs.get(digest)).toString(), 'the content of a blob');
    assert.equal(await blobs.localPath(digest), path);
  });
}

test('damage that was there before the process opened the folder is found', async () => {
  await using context = testContext();
  const digest = await context.store.blobs.put('abc');
  truncateSync(await context.store.blobs.localPath(digest), 1);
  const again = openDiskBlobs(`${context.store.folder}/blobs`);
  await assert.rejects(again.localPath(digest), { code: 'BLOB_ALTERED' });
});

test('deleted content is gone, and deleting it again is fine', async () => {
  await using context = testContext();
  const { blobs } = context.store;
  const digest = await blobs.put('abc');
  await blobs.delete(digest);
  await blobs.delete(digest);
  assert.equal(await blobs.has(digest), false);
  await assert.rejects(blobs.get(digest), { code: 'BLOB_NOT_FOUND' });
  assert.equal(await blobs.put('abc'), digest);
});
