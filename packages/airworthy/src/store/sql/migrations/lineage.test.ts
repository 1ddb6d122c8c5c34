import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { sha256 } from '../../../kernel/ids.ts';
import { MIGRATIONS } from '../migrate.ts';
import { openSqlite } from '../sqlite.ts';

test('runs of an older data folder are found by what they read, once it is migrated', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'airworthy-lineage-'));
  const path = join(folder, 'airworthy.db');
  const [read, unread] = [sha256('read'), sha256('unread')];
  try {
    const older = openSqlite(
      path,
      MIGRATIONS.filter(({ name }) => name < '0003'),
    );
    await older.write(async (sql) => {
      for (const [number, digest] of [read, unread].entries()) {
        const texts = { schema_json: '', source_json: '', profile_json: '', findings_json: '' };
        const names = { project: 'p', dataset: 'd', digest, number, blob: '', actor: '', made_from_json: '' };
        const version = { ...names, ...texts, rows: 1, created_at: 1 };
        await sql.insertInto('dataset_version').values(version).execute();
      }
      const inputs = [{ kind: 'dataset-version', digest: read }];
      const named = { project: 'p', experiment: 'e', name: 'n', status: 'finished' as const, actor: '' };
      const texts = { source_json: 'null', outputs_json: '[]', parent_run: null };
      const times = { started_at: 1, ended_at: 2 };
      for (const [id, read_] of [
        ['a', inputs],
        ['b', []],
      ] as const)
        await sql
          .insertInto('run')
          .values({ ...named, ...texts, ...times, id, inputs_json: JSON.stringify(read_) })
          .execute();
    });
    await older.close();
    const migrated = openSqlite(path);
    const links = await migrated.sql.selectFrom('run_input').selectAll().execute();
    await migrated.close();
    assert.deepEqual(
      links.map((link) => ({ ...link })),
      [{ project: 'p', digest: read, run: 'a', kind: 'dataset-version' }],
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
