import assert from 'node:assert/strict';
import { Agent } from 'node:http';
import { test } from 'node:test';
import { FLIGHT, flightModel, writeRelease } from '../serving/testing/write-bundle.ts';
import { type Answer, ENDPOINT, send, startServer } from './testing/start-server.ts';

const CLIENTS = 16;

/** Back and forth between two releases that stay in memory; every tenth swap loads a third. */
const swapTo = (swap: number) => (swap % 10 === 9 ? 2 : swap % 2);

test('200 swaps under load drop nothing, and every answer is wholly one version’s', async () => {
  await using running = await startServer();
  const { endpoints, context, port } = running;
  const [first] = endpoints.status();
  const { model, version, bundle } = first.deployment!;
  const others = [await writeRelease(context, flightModel(1)), await writeRelease(context, flightModel(2))];
  const releases = [{ model, version, bundle }, ...others];
  const expected = new Map<unknown, unknown>();
  for (const release of releases) {
    await endpoints.deploy(ENDPOINT, release);
    expected.set(
      release.version,
      (await running.send('POST', '/predict/flight-delays', FLIGHT)).json().probability,
    );
  }
  let swapping = true;
  let answered = 0;
  const client = async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    while (swapping) {
      const answer = await send(agent, port, 'POST', '/predict/flight-delays', FLIGHT);
      assert.equal(answer.status, 200, answer.text);
      const { version, probability } = answer.json();
      assert.equal(probability, expected.get(version));
      answered++;
    }
    agent.destroy();
  };
  const swaps = async () => {
    for (let swap = 0; swap < 200; swap++) await endpoints.deploy(ENDPOINT, releases[swapTo(swap)]);
    swapping = false;
  };
  await Promise.all([swaps(), ...Array.from({ length: CLIENTS }, client)]);
  assert.ok(answered >= 200, `${answered} requests`);
});

test('closing under load resets no connection: each client is told to go', async () => {
  const running = await startServer();
  const { port, server } = running;
  let toldToClose = 0;
  const failures: string[] = [];
  const client = async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (;;) {
      let answer: Answer;
      try {
        answer = await send(agent, port, 'POST', '/predict/flight-delays', FLIGHT);
      } catch (error) {
        failures.push(String(error));
        break;
      }
      assert.equal(answer.status, 200, answer.text);
      if (answer.headers.connection !== 'close') continue;
      toldToClose++;
      break;
    }
    agent.destroy();
  };
  const clients = Array.from({ length: CLIENTS }, client);
  await new Promise((resolve) => setTimeout(resolve, 100));
  await Promise.all([server.close(), ...clients]);
  assert.deepEqual(failures, []);
  assert.equal(toldToClose, CLIENTS);
  await running[Symbol.asyncDispose]();
});
