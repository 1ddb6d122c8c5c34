import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type StubProvider, startProvider } from '../../../src/serving/gateway/testing/stub-provider.ts';
import { createRandom } from '../../../src/stats/random.ts';
import { type CliProcess, spawnCli } from '../../e2e/spawn-cli.ts';
import { createTinyProject, PARCELS } from '../../e2e/tiny-project.ts';

export interface ServedProject extends AsyncDisposable {
  /** Of a real server that nobody has asked anything yet. */
  address: string;
  server: CliProcess;
  /** Rolls out, asks and spends, by the addresses that clients use. */
  live(): Promise<Served>;
}

/** What the pages are walked with. */
export interface Served {
  /** One that a person took back, and one that is under way. */
  aborted: string;
  running: string;
}

const configOf = (seed: number, provider: string) => `import { defineProject } from 'airworthy';
export default defineProject({
${PARCELS}
  training: { learners: ['boosting'], budget: { trials: 2, seconds: 600 }, seed: ${seed} },
  evaluation: { gates: [{ metric: 'roc-auc', rule: 'at-least', value: 0.5 }] },
  serving: {
    gateway: {
      providers: { stub: { url: '${provider}', models: ['small'] }, gone: { url: 'http://127.0.0.1:9/v1' } },
      routes: {
        fast: { targets: [{ provider: 'stub', model: 'gpt-4o-mini', weight: 3 }, { provider: 'stub', model: 'gpt-4o' }] },
        careful: { targets: [{ provider: 'gone', model: 'gpt-4o' }], fallbacks: [{ provider: 'stub', model: 'gpt-4o' }], retries: 0 },
      },
      budgets: [
        { name: 'project', cost: 100 },
        { name: 'each-user', scope: 'user', period: 'day', tokens: 150, hard: false },
      ],
    },
  },
});
`;

/** A prompt that is served, so that a rollout can split it. */
const SERVICE = `name: support
runtime: prompt
description: Answers customers of a shop.
fields: [{ name: question, kind: category }]
output: { type: string }
prompt:
  - { role: system, content: 'You answer customers of a shop in one sentence.' }
  - { role: user, content: '{{question}}' }
model: fast
`;

/** A project with two versions, the first of which serves, a prompt, and a provider of language models beside it. */
export async function serveServedProject(): Promise<ServedProject> {
  const project = createTinyProject();
  const provider = await startProvider();
  const { folder } = project;
  for (const seed of [1, 7]) {
    writeFileSync(join(folder, 'airworthy.config.ts'), configOf(seed, provider.url));
    await run(folder, 'ship');
  }
  await run(folder, 'models', 'promote', '1', '--reason', 'the second is to be rolled out step by step');
  writeFileSync(join(folder, 'support.service.yaml'), SERVICE);
  await run(folder, 'models', 'pack', 'support.service.yaml');
  const server = spawnCli(['up', '--port', '0'], folder);
  const [address] = await server.sees(/http:\/\/[^\s/]+/);
  return {
    ...{ address, server },
    live: () => live(address, provider),
    async [Symbol.asyncDispose]() {
      server.child.kill('SIGTERM');
      await server.ended;
      await provider[Symbol.asyncDispose]();
      project[Symbol.dispose]();
    },
  };
}

async function run(folder: string, ...argv: string[]): Promise<void> {
  const command = spawnCli(argv, folder);
  assert.equal(await command.ended, 0, `${argv.join(' ')}: ${command.output.out} ${command.output.err}`);
}

async function post<Answer>(
  url: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  assert.ok(answer.ok, `${url}: ${answer.status} ${await answer.clone().text()}`);
  return (await answer.json()) as Answer;
}

async function live(address: string, provider: StubProvider): Promise<Served> {
  const api = `${address}/api/v1`;
  await post(`${api}/endpoints/support/deploy`, { model: 'support', version: 1, reason: 'the first prompt' });
  const aborted = await startRollout(api, [
    { mode: 'shadow', minMinutes: 60 },
    { mode: 'canary', weight: 0.5, minMinutes: 60 },
  ]);
  await reaches(api, aborted, 'shadow');
  await traffic(address, 40);
  const reason = 'the carrier changed its codes this morning';
  await post(`${api}/rollouts/${aborted}/abort`, { reason });
  await reaches(api, aborted, 'retired');
  const running = await startRollout(api, [
    { mode: 'shadow', minMinutes: 0, minRequests: 30 },
    { mode: 'canary', weight: 0.5, minMinutes: 60 },
  ]);
  await reaches(api, running, 'shadow');
  await Promise.all([traffic(address, 150), reaches(api, running, 'canary')]);
  await traffic(address, 200);
  await talk(address);
  assert.ok(provider.requests.length > 0);
  return { aborted, running };
}

async function startRollout(api: string, steps: readonly object[]): Promise<string> {
  // So wide that some dozens of requests decide: what is shown are pages, not a safe plan.
  const guards = Object.entries({ 'error-rate': 0.4, latency: 5, 'score-shift': 2 }).map(
    ([metric, margin]) => ({
      ...{ metric, margin, minSamples: 30 },
    }),
  );
  const plan = { steps, guards };
  const body = { version: 2, plan, reason: 'trained on the newest parcels', force: true };
  const { id } = await post<{ id: string }>(`${api}/endpoints/parcels/rollouts`, body);
  return id;
}

async function reaches(api: string, rollout: string, state: string): Promise<void> {
  for (const deadline = performance.now() + 60_000; performance.now() < deadline; await delay(200)) {
    const answer = (await (await fetch(`${api}/rollouts/${rollout}`)).json()) as { state: string };
    if (answer.state === state) return;
  }
  assert.fail(`the rollout did not reach ${state}`);
}

/** As many records, each of a customer of its own; a few of them wrong. */
async function traffic(address: string, records: number): Promise<void> {
  const random = createRandom('served');
  for (let sent = 0; sent < records; sent++) {
    const record = {
      weight: sent % 20 === 19 ? 'heavy' : Math.round(random.next() * 300) / 10,
      distance: Math.round(random.next() * 1000),
      carrier: ['road', 'rail', 'boat'][random.integer(3)],
    };
    const answer = await fetch(`${address}/predict/parcels`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-unit-id': `customer-${sent}` },
      body: JSON.stringify(record),
    });
    await answer.arrayBuffer();
    await delay(10);
  }
}

/** Calls of three people to three names. */
async function talk(address: string): Promise<void> {
  const messages = [{ role: 'user', content: 'Where is my parcel?' }];
  for (const user of ['ann', 'ben', 'cleo'])
    for (const model of ['fast', 'careful', 'stub/small', 'fast'])
      await post(`${address}/v1/chat/completions`, {
        model,
        messages,
        user,
        metadata: { session_id: `talk-${user}` },
      });
  const prompt = { model: 'support', messages, variables: { question: 'Where is my parcel?' } };
  await post(`${address}/v1/chat/completions`, prompt);
}
