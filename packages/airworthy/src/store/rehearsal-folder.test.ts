import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { contextOf } from '../../test/test-context.ts';
import { openStore } from './open-store.ts';
import { createRehearsal, readVirtualTime, saveVirtualTime } from './rehearsal-folder.ts';

const BEGIN = Date.UTC(2001, 1, 1);

test('a rehearsal has models and files but nothing that was served, and leaves the project alone', async () => {
  const home = mkdtempSync(join(tmpdir(), 'airworthy-rehearsal-'));
  const [from, to] = [join(home, 'data'), join(home, 'data', 'replays', 'one')];
  const store = openStore(from);
  try {
    const digest = await store.blobs.put('a model');
    const { database } = store;
    await database.write(async (sql) => {
      await sql
        .insertInto('deployment')
        .values({
          ...{
            project: 'test',
            id: 'd',
            endpoint: 'e',
            model: 'm',
            version: 1,
            bundle: digest,
            arm: 'champion',
          },
          ...{ actor: 'local', reason: '', started_at: 7 },
        })
        .execute();
      const maintenance = { id: 'x', endpoint: 'e', starts_at: 1, ends_at: 2, reason: '', actor: 'local' };
      await sql
        .insertInto('maintenance')
        .values({ project: 'test', ...maintenance })
        .execute();
    });
    await createRehearsal(from, to, BEGIN);
    assert.equal(readVirtualTime(from), undefined);
    assert.equal(readVirtualTime(to), BEGIN);

    const copy = openStore(to);
    const context = contextOf(copy);
    assert.equal((await context.store.blobs.get(digest)).toString(), 'a model');
    assert.equal(statSync(await copy.blobs.localPath(digest)).nlink, 2);
    const deployed = await copy.database.sql.selectFrom('deployment').select('started_at').execute();
    assert.deepEqual(
      deployed.map((row) => row.started_at),
      [7],
    );
    assert.deepEqual(await copy.database.sql.selectFrom('maintenance').selectAll().execute(), []);
    await copy.database.write((sql) => sql.deleteFrom('deployment').execute());
    saveVirtualTime(to, BEGIN + 5);
    assert.equal(readVirtualTime(to), BEGIN + 5);
    await copy.close();

    assert.equal((await database.sql.selectFrom('deployment').selectAll().execute()).length, 1);
    assert.equal((await database.sql.selectFrom('maintenance').selectAll().execute()).length, 1);
    assert.ok(!existsSync(`${to}.making`));
  } finally {
    await store.close();
    rmSync(home, { recursive: true, force: true });
  }
});
