import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { hostname } from 'node:os';
import { test } from 'node:test';
import { testContext } from '../../test/test-context.ts';
import type { Context } from '../store/ports.ts';
import { withWorkLock } from './work-lock.ts';

test('a second attempt is refused while the first is at it, and taken after', async () => {
  await using context = testContext();
  await withWorkLock(context, 'ship', async () => {
    await assert.rejects(
      withWorkLock(context, 'ship', async () => 'never'),
      {
        code: 'WORK_UNDER_WAY',
        exitCode: 5,
      },
    );
    assert.equal(await withWorkLock(context, 'other work', async () => 'free'), 'free');
  });
  assert.equal(await withWorkLock(context, 'ship', async () => 'free again'), 'free again');
});

test('of two attempts at the same moment one is refused', async () => {
  await using context = testContext();
  const attempts = [1, 2].map(() => withWorkLock(context, 'ship', async () => 'done'));
  const outcomes = await Promise.allSettled(attempts);
  assert.deepEqual(outcomes.map((outcome) => outcome.status).sort(), ['fulfilled', 'rejected']);
});

test('the lock is given back when the work fails', async () => {
  await using context = testContext();
  await assert.rejects(
    withWorkLock(context, 'ship', async () => {
      throw new Error('no luck');
    }),
    /no luck/,
  );
  assert.equal(await withWorkLock(context, 'ship', async () => 'free'), 'free');
});

test('the lock of a process that is gone is taken over, also where its pid was given away again', async () => {
  await using context = testContext();
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  await holdLock(context, { host: hostname(), pid, born: '1' });
  assert.equal(await withWorkLock(context, 'ship', async () => 'taken over'), 'taken over');
  await holdLock(context, { host: hostname(), pid: process.ppid, born: 'long ago' });
  assert.equal(await withWorkLock(context, 'ship', async () => 'taken over'), 'taken over');
  // Of this process itself, from work that ended when the row could not be written.
  await holdLock(context, { host: hostname(), pid: process.pid, born: '' });
  assert.equal(await withWorkLock(context, 'ship', async () => 'taken over'), 'taken over');
});

test('the lock of another machine is respected', async () => {
  await using context = testContext();
  await holdLock(context, { host: 'elsewhere', pid: 1, born: '' });
  await assert.rejects(
    withWorkLock(context, 'ship', async () => 'never'),
    {
      code: 'WORK_UNDER_WAY',
      message: /process 1 on elsewhere/,
    },
  );
});

/** Leaves the lock as a process killed in the middle of its work would. */
async function holdLock(context: Context, holder: object): Promise<void> {
  await withWorkLock(context, 'ship', async () => {});
  await context.store.database.write((sql) =>
    sql
      .updateTable('journal_step')
      .set({ state: 'running', output_json: JSON.stringify(holder) })
      .where('key', '=', 'lock:ship')
      .execute(),
  );
}
