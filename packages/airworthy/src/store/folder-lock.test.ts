import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createFolderLock } from './folder-lock.ts';
import { openStore } from './open-store.ts';
import type { Answer } from './testing/lock-process.ts';

const PROCESS = join(import.meta.dirname, 'testing/lock-process.ts');

/** Another process that claims and releases the folder's lock when told to. */
function startOther(folder: string): ChildProcess {
  return fork(PROCESS, [folder], { execArgv: ['--conditions=development', '--no-warnings'] });
}

async function ask(child: ChildProcess, command: 'claim' | 'release'): Promise<Answer> {
  const answered = once(child, 'message');
  child.send(command);
  const [answer] = await answered;
  return answer as Answer;
}

async function end(child: ChildProcess, signal?: 'SIGKILL'): Promise<void> {
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
}

function temporaryFolder(): { folder: string } & Disposable {
  const folder = mkdtempSync(join(tmpdir(), 'airworthy-lock-'));
  return { folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}

test('the first write takes the folder, closing gives it back, reading needs no lock', async () => {
  using temporary = temporaryFolder();
  const { folder } = temporary;
  const other = startOther(folder);
  try {
    const store = openStore(folder);
    assert.equal((await ask(other, 'claim')).mine, true);
    assert.deepEqual(await store.database.sql.selectFrom('run').selectAll().execute(), []);
    const refused = { code: 'WORK_UNDER_WAY', exitCode: 4, message: new RegExp(`process ${other.pid} `) };
    await assert.rejects(
      store.database.write(async () => 'never'),
      refused,
    );
    await assert.rejects(store.blobs.put('never'), refused);
    await ask(other, 'release');
    await store.blobs.put('now');
    assert.equal((await ask(other, 'claim')).pid, process.pid);
    await store.close();
    assert.equal((await ask(other, 'claim')).mine, true);
  } finally {
    await end(other);
  }
});

test('the stores of one process share the lock; the last to close gives it back', async () => {
  using temporary = temporaryFolder();
  const { folder } = temporary;
  const [one, two] = [openStore(folder), openStore(folder)];
  one.lock.claim();
  two.lock.claim();
  await one.close();
  const other = startOther(folder);
  try {
    assert.equal((await ask(other, 'claim')).mine, false);
    await two.close();
    assert.equal((await ask(other, 'claim')).mine, true);
  } finally {
    await end(other);
  }
});

test('the file says who, since when and where, for the owner alone; a server is named by its address', async () => {
  using temporary = temporaryFolder();
  const { folder } = temporary;
  const lock = createFolderLock(folder);
  lock.announce('http://127.0.0.1:4400');
  const { token } = lock.holder();
  const path = join(folder, 'lock.json');
  assert.equal(statSync(path).mode & 0o777, 0o600);
  const holder = JSON.parse(readFileSync(path, 'utf8'));
  assert.equal(holder.pid, process.pid);
  assert.equal(holder.token, token);
  assert.match(token, /^[0-9a-f]{64}$/);
  const other = startOther(folder);
  try {
    const { code, message } = await ask(other, 'claim');
    assert.equal(code, 'ALREADY_SERVED');
    assert.match(String(message), /http:\/\/127\.0\.0\.1:4400/);
    assert.ok(!String(message).includes(token));
    lock.release();
    assert.throws(() => readFileSync(path), { code: 'ENOENT' });
    assert.equal((await ask(other, 'claim')).mine, true);
  } finally {
    await end(other);
  }
});

test('the lock of a process that was killed is taken over, whatever it left in the file', async () => {
  using temporary = temporaryFolder();
  const { folder } = temporary;
  const other = startOther(folder);
  assert.equal((await ask(other, 'claim')).mine, true);
  await end(other, 'SIGKILL');
  assert.equal(JSON.parse(readFileSync(join(folder, 'lock.json'), 'utf8')).pid, other.pid);
  const lock = createFolderLock(folder);
  assert.equal(lock.tryClaim(), undefined);
  lock.release();
  writeFileSync(join(folder, 'lock.json'), '{"pid": 1, "host": "elsewh');
  assert.equal(lock.tryClaim(), undefined);
  lock.release();
});

test('of two processes that race for a stale lock one gets it, and the other knows which: 50 times', async () => {
  using temporary = temporaryFolder();
  const { folder } = temporary;
  const racers = [startOther(folder), startOther(folder)];
  const stale = { pid: 1, host: 'elsewhere', since: 0, address: 'http://127.0.0.1:1', token: 'stale' };
  const wins = [0, 0];
  try {
    for (let round = 0; round < 50; round++) {
      writeFileSync(join(folder, 'lock.json'), JSON.stringify(stale));
      const answers = await Promise.all(racers.map((racer) => ask(racer, 'claim')));
      const winner = answers.findIndex((answer) => answer.mine);
      assert.deepEqual(answers.map((answer) => answer.mine).sort(), [false, true], `round ${round}`);
      assert.equal(answers[1 - winner].pid, racers[winner].pid, `round ${round}`);
      wins[winner] += 1;
      await ask(racers[winner], 'release');
    }
  } finally {
    await Promise.all(racers.map((racer) => end(racer)));
  }
  assert.equal(wins[0] + wins[1], 50);
});
