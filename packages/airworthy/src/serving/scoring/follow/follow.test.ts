import assert from 'node:assert/strict';
import { appendFile, mkdtemp, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { AirworthyError } from '../../../kernel/errors.ts';
import { createLogger } from '../../../kernel/logger.ts';
import { followFile, openFileSink } from './file-stream.ts';
import { followStream } from './follow-stream.ts';
import { asideOf, openStreams } from './open-streams.ts';

async function inFolder(work: (at: (name: string) => string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'airworthy-follow-'));
  try {
    await work((name) => join(folder, name));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Follows a file, killed before the commit of the batch in which `dies` is answered. */
async function follow(at: (name: string) => string, count: number, dies?: string) {
  const [answers, rejected] = [await openFileSink(at('out')), await openFileSink(at('aside'))];
  const outputs = [answers, rejected];
  const source = await followFile({ path: at('in'), journal: at('position'), outputs, everyMs: 5 });
  const stop = new AbortController();
  const ids: string[] = [];
  let seen = 0;
  const commit = source.commit;
  source.commit = async () => {
    if (dies !== undefined && (await readFile(at('out'), 'utf8')).includes(dies)) throw new Error('killed');
    await commit();
  };
  const done = followStream({
    ...{ source, answers, rejected, keep: ['id'], names: ['x'], signal: stop.signal },
    log: createLogger('silent'),
    async answer(record, id) {
      ids.push(id);
      const { x } = record as { x: unknown };
      if (typeof x === 'number') return { value: 2 * x };
      const facts = { fields: [{ path: 'x', problem: 'must be a number' }] };
      throw new AirworthyError('RECORD_INVALID', { message: 'no', facts });
    },
    onBatch: (counts) => {
      seen = counts.answered + counts.rejected;
      if (seen >= count) stop.abort();
    },
  });
  const outcome = await done.catch((error: Error) => error.message);
  for (const each of [source, answers, rejected]) await each.close();
  return { outcome, ids };
}

const valuesIn = async (path: string): Promise<unknown[]> =>
  (await readFile(path, 'utf8'))
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line).value);

test('a file that grows: partial lines, rotation, truncation, poison, and a kill between answer and commit', () =>
  inFolder(async (at) => {
    await writeFile(at('in'), '{"x":1,"id":"a"}\n{"x":"poison"}\nno json\n{"x":');
    const first = follow(at, 4);
    await wait(30);
    await appendFile(at('in'), '2}\n');
    assert.deepEqual((await first).outcome, { answered: 2, rejected: 2 });
    assert.match(
      await readFile(at('out'), 'utf8'),
      /^\{"id":"a","value":2,"predictionId":"[0-9a-f]{32}"\}\n/,
    );
    const aside = (await readFile(at('aside'), 'utf8')).trim().split('\n');
    assert.deepEqual(JSON.parse(aside[0]).problems, [{ path: 'x', problem: 'must be a number' }]);
    assert.match(JSON.parse(aside[1]).problems[0].problem, /^is not JSON/);

    await appendFile(at('in'), '{"x":3}\n');
    const killed = await follow(at, 1, '"value":6');
    assert.equal(killed.outcome, 'killed');
    const again = await follow(at, 1);
    assert.deepEqual(again.ids, killed.ids);
    assert.deepEqual(await valuesIn(at('out')), [2, 4, 6]);

    await appendFile(at('in'), '{"x":4}');
    await rename(at('in'), at('in.1'));
    await writeFile(at('in'), '{"x":5}\n');
    await follow(at, 2);
    assert.deepEqual(await valuesIn(at('out')), [2, 4, 6, 8, 10]);
    await truncate(at('in'), 0);
    await appendFile(at('in'), '{"x":7}');
    const last = follow(at, 1);
    await wait(20);
    await appendFile(at('in'), '\n');
    await last;
    assert.deepEqual(await valuesIn(at('out')), [2, 4, 6, 8, 10, 14]);
  }));

test('standard input to standard output, while the endpoint takes its time', async () => {
  const out: string[] = [];
  const err: string[] = [];
  async function* lines() {
    yield '{"x":1}';
    yield '';
    yield '[1]';
  }
  await using streams = await openStreams({
    ...{ endpoint: 'e', input: '-', output: '-', folder: '.', dataFolder: '.' },
    terminal: { lines, out: (line) => out.push(line), err: (line) => err.push(line) },
  });
  let attempts = 0;
  const counts = await followStream({
    ...{ ...streams, keep: [], names: [], log: createLogger('silent') },
    signal: new AbortController().signal,
    async answer(record) {
      if (Array.isArray(record)) throw new AirworthyError('RECORD_INVALID', { message: 'a list' });
      if (attempts++ === 0) throw new AirworthyError('OVERLOADED', { message: 'later' });
      return { value: 1 };
    },
  });
  assert.deepEqual([counts, attempts], [{ answered: 1, rejected: 1 }, 2]);
  assert.equal(JSON.parse(out[0]).value, 1);
  assert.equal(JSON.parse(err[0]).place, 'standard input, line 3');
  assert.equal(asideOf('nats://host:4222/scores'), 'nats://host:4222/scores.rejected');
});
