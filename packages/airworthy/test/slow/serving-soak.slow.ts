import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { runCommandLine } from '../../src/cli/testing/test-terminal.ts';
import { spawnCli } from '../e2e/spawn-cli.ts';
import { createTinyProject } from '../e2e/tiny-project.ts';
import { createLoadClient } from './load-client.ts';

/** Ten where the machine has the time; two show a leak that matters as well. */
const MINUTES = Number(process.env.AIRWORTHY_TEST_SOAK_MINUTES ?? 2);
const CLIENTS = 16;
/** Requests a second: a day of ten a second in ten minutes. */
const RATE = 1_440;
const CARRIERS = ['road', 'rail', 'boat'];

interface Sample {
  memoryMb: number;
  handles: number;
}

test(`${MINUTES} minutes of ${RATE} requests a second: memory and handles stay flat, nothing fails`, async () => {
  using project = createTinyProject();
  assert.equal((await runCommandLine(['ship'], { cwd: project.folder })).code, 0);
  const server = spawnCli(['up', '--port', '0'], project.folder);
  const [, found] = await server.sees(/^http:\/\/[\d.]+:(\d+) {2}/m);
  const port = Number(found);
  const ends = performance.now() + MINUTES * 60_000;
  let sent = 0;
  const failures: string[] = [];
  const client = async () => {
    const began = performance.now();
    let connection = createLoadClient();
    for (let own = 1; performance.now() < ends && failures.length < 10; own++) {
      const due = began + (own * 1_000 * CLIENTS) / RATE;
      if (performance.now() < due) await pause(due - performance.now());
      const record = { weight: (sent % 300) / 10, distance: sent % 1_000, carrier: CARRIERS[sent % 3] };
      // Some ask for what is wrong, some for a list, some leave and come again.
      const wrong = sent % 50 === 7;
      const body = wrong ? { weight: 'heavy' } : sent % 20 === 0 ? Array(50).fill(record) : record;
      sent++;
      const { status, text } = await connection
        .post(port, '/predict/parcels', JSON.stringify(body))
        .catch((error) => ({ status: 0, text: String(error) }));
      if (status !== (wrong ? 400 : 200)) failures.push(`${status} ${text}`);
      if (own % 500 !== 0) continue;
      connection[Symbol.dispose]();
      connection = createLoadClient();
    }
    connection[Symbol.dispose]();
  };
  const samples: Sample[] = [];
  const watch = async () => {
    using connection = createLoadClient();
    while (performance.now() < ends) {
      await pause(5_000);
      await connection.get(port, '/metrics');
      await connection.get(port, '/api/v1/figures');
      samples.push(sample(server.child.pid));
    }
  };
  await Promise.all([watch(), ...Array.from({ length: CLIENTS }, client)]);
  server.child.kill('SIGTERM');
  assert.equal(await server.ended, 0);
  assert.deepEqual(failures, []);
  // The first third is warm-up: caches, sketches, statistics of the last minutes.
  const settled = samples.slice(Math.ceil(samples.length / 3));
  const half = Math.floor(settled.length / 2);
  const [early, late] = [settled.slice(0, half), settled.slice(half)];
  const mean = (of: Sample[], read: (one: Sample) => number) =>
    of.reduce((sum, one) => sum + read(one), 0) / of.length;
  const grown = mean(late, ({ memoryMb }) => memoryMb) - mean(early, ({ memoryMb }) => memoryMb);
  const handles = mean(late, (one) => one.handles) - mean(early, (one) => one.handles);
  const facts = `${sent} requests, ${samples.at(-1)?.memoryMb.toFixed(0)} MB at the end, ${grown.toFixed(1)} MB and ${handles.toFixed(1)} handles more in the second half`;
  console.log(facts);
  assert.ok(grown < 25, facts);
  assert.ok(Math.abs(handles) < 5, facts);
});

function sample(pid: number | undefined): Sample {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return {
    memoryMb: Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1_024,
    handles: readdirSync(`/proc/${pid}/fd`).length,
  };
}
