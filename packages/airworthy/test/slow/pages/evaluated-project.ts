import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CliProcess, spawnCli } from '../../e2e/spawn-cli.ts';
import { createTinyProject, PARCELS } from '../../e2e/tiny-project.ts';

export interface EvaluatedProject extends AsyncDisposable {
  /** Of a real server over what was evaluated. */
  address: string;
  server: CliProcess;
}

const CONFIG = `import { defineProject } from 'airworthy';
export default defineProject({
${PARCELS}
  training: { learners: ['boosting'], budget: { trials: 2, seconds: 600 } },
  evaluation: {
    gates: [{ metric: 'roc-auc', rule: 'better-than' }],
    fairness: { groups: ['carrier'] },
  },
});
`;

/** Every answer is made from its case's own number: the same on every machine, and right more often as skill grows. */
const SUPPORT = `import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const { skill } = JSON.parse(readFileSync(join(import.meta.dirname, 'skill.json'), 'utf8'));
const TOPICS = ['refund of a voucher', 'late delivery', 'broken screen', 'invoice with VAT', 'new address'];
const LANGUAGES = ['en', 'de', 'fr'];

const noise = (seed) => {
  let state = (seed * 2654435761) >>> 0;
  for (let round = 0; round < 3; round++) state = Math.imul(state ^ (state >>> 15), 2246822519) >>> 0;
  return state / 4294967296;
};

const cases = Array.from({ length: 240 }, (_, number) => ({
  id: 'ticket-' + number,
  input: {
    messages: [
      { role: 'system', content: 'You answer customers of a shop in one sentence.' },
      { role: 'user', content: 'Ticket ' + number + ': a customer asks about a ' + TOPICS[number % 5] + '. What do we say?' },
    ],
  },
  expected: 'We take care of the ' + TOPICS[number % 5] + ' within ' + (1 + (number % 7)) + ' days.',
  metadata: {
    number,
    lang: LANGUAGES[number % 7 === 0 ? 2 : number % 2],
    tier: number % 3 === 0 ? 'free' : 'paid',
    conversation: 'c' + Math.floor(number / 2),
  },
}));

const answerer = (ability) => async (_input, { case: each, trial }) => {
  const { number, lang, tier } = each.metadata;
  const hard = lang === 'de' && tier === 'free' ? 0.45 : 0;
  if (noise(number * 31 + 7) < 0.015) throw new Error('the model answered 503');
  if (noise(number * 13 + trial * 7919) < 0.07) return 'Please wait, ' + each.expected.toLowerCase();
  if (noise(number * 17 + 3) > ability - hard) return 'We do not know about the ' + TOPICS[number % 5] + ' yet; ask again in ' + (2 + (number % 7)) + ' days.';
  return each.expected;
};

export default {
  name: 'support',
  description: 'Answers to customers of a shop.',
  dataset: cases,
  tasks: { candidate: answerer(skill), short: answerer(skill - 0.12) },
  scorers: [
    {
      type: 'function',
      name: 'right',
      binary: true,
      score: (each, output) => {
        const text = String(output.value);
        if (text === each.expected) return { value: 1 };
        return { value: 0, code: text.startsWith('Please') ? 'wrong-tone' : 'wrong-fact', rationale: 'It should have said: ' + each.expected };
      },
    },
    'rouge-l',
  ],
  trials: 2,
  cluster: 'metadata.conversation',
  slices: ['lang', 'tier'],
  gates: [
    { name: 'right often enough', metric: 'right', rule: 'at-least', value: 0.6 },
    { name: 'no worse', metric: 'right', rule: 'no-worse-than', margin: 0.05 },
    { name: 'no worse by language', metric: 'right', rule: 'no-worse-than', margin: 0.05, slices: ['lang'], onUndecided: 'warn' },
  ],
};
`;

const ARITHMETIC = `export default {
  name: 'arithmetic',
  dataset: Array.from({ length: 120 }, (_, n) => ({ id: 'sum-' + n, input: n + ' + ' + n, expected: String(2 * n) })),
  roles: { shares: { dev: 0.5, 'held-out': 0.5 } },
  task: (input) => String(input.split(' + ').reduce((sum, part) => sum + Number(part), 0) + (input.startsWith('7') ? 1 : 0)),
  scorers: ['equals'],
  gates: [{ metric: 'equals', rule: 'at-least', value: 0.5 }],
};
`;

const EXPLAINED = ['shap', 'permutation', 'pdp', 'ice', 'ale', 'lime'] as const;
/** How good the answers are, one evaluation after the other. */
const SKILLS = [0.78, 0.8, 0.55, 0.84];

/** A project whose suites were evaluated again and again, against a baseline that moved, with queues for people and a model looked into. */
export async function serveEvaluatedProject(): Promise<EvaluatedProject> {
  const project = createTinyProject();
  const { folder } = project;
  const write = (file: string, text: string) => writeFileSync(join(folder, file), text);
  const run = async (allowed: readonly number[], ...argv: string[]) => {
    const command = spawnCli(argv, folder);
    const exit = await command.ended;
    assert.ok(exit !== null && allowed.includes(exit), `${argv.join(' ')}: ${exit} ${command.output.err}`);
  };
  write('airworthy.config.ts', CONFIG);
  write('support.eval.ts', SUPPORT);
  write('arithmetic.eval.ts', ARITHMETIC);
  const bless = ['bless', 'support', '--task', 'candidate', '--anyway', '--reason'];
  for (const [index, skill] of SKILLS.entries()) {
    write('skill.json', JSON.stringify({ skill }));
    await run([0, 1, 3], 'evaluate', 'support');
    if (index === 0) await run([0], ...bless, 'the first that was measured');
  }
  for (const role of ['dev', 'held-out']) await run([0, 1, 3], 'evaluate', 'arithmetic', '--role', role);
  await run([0], 'ship', '--until', 'registry');
  for (const method of EXPLAINED) await run([0], 'explain', 'parcels', '--method', method);
  const server = spawnCli(['up', '--port', '0'], folder);
  const [address] = await server.sees(/http:\/\/[^\s/]+/);
  await askPeople(address);
  return {
    ...{ address, server },
    async [Symbol.asyncDispose]() {
      server.child.kill('SIGTERM');
      await server.ended;
      project[Symbol.dispose]();
    },
  };
}

/** A project of which nobody has evaluated anything, served. */
export async function serveUnevaluatedProject(): Promise<EvaluatedProject> {
  const project = createTinyProject();
  const server = spawnCli(['up', '--port', '0'], project.folder);
  const [address] = await server.sees(/http:\/\/[^\s/]+/);
  return {
    ...{ address, server },
    async [Symbol.asyncDispose]() {
      server.child.kill('SIGTERM');
      await server.ended;
      project[Symbol.dispose]();
    },
  };
}

async function post<Answer>(url: string, body: unknown): Promise<Answer> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  assert.ok(answer.ok, `${url}: ${answer.status} ${await answer.clone().text()}`);
  return (await answer.json()) as Answer;
}

interface Held {
  held: { item: { id: string; output?: string } } | null;
}

/** Two queues: one that two people answered in part and not alike, and one of pairs. */
async function askPeople(address: string): Promise<void> {
  const queues = `${address}/api/v1/review/queues`;
  const listed = await fetch(`${address}/api/v1/evaluations?suite=support&limit=1`);
  const { items } = (await listed.json()) as { items: { id: string }[] };
  const source = { evaluation: items[0].id, sample: { kind: 'random', n: 30 } };
  await post(queues, {
    ...{ name: 'answers', reviewers: 2, source: { ...source, tasks: ['candidate'] } },
    guideline: 'Judge what is said, not how long it is.\n\nAn answer is good when a customer can act on it.',
    questions: [
      { name: 'verdict', kind: 'choice', text: 'Is it right?', options: ['good', 'acceptable', 'bad'] },
      { name: 'tone', kind: 'rating' },
      { name: 'fix', kind: 'correction', text: 'What should it have been?' },
      { name: 'facts', kind: 'span', text: 'What is wrong in it?', options: ['false', 'unsupported'] },
    ],
    gold: [{ input: 'Are you open?', output: 'No idea.', answers: { verdict: 'bad' } }],
  });
  await post(queues, {
    ...{ name: 'pairs', reviewers: 1, source },
    questions: [{ name: 'better', kind: 'pairwise', text: 'Which is better?' }],
  });
  for (const reviewer of ['first', 'second']) {
    for (let item = 0; item < 16; item++) {
      const { held } = await post<Held>(`${queues}/answers/next`, { reviewer });
      assert.ok(held !== null);
      const isWrong = String(held.item.output).startsWith('We do not');
      const verdict = item % 5 === 0 && reviewer === 'second' ? 'acceptable' : isWrong ? 'bad' : 'good';
      await post(`${queues}/answers/items/${held.item.id}/annotations`, {
        ...{ reviewer, seconds: 5 + item, answers: { verdict, tone: 2 + (item % 3) } },
      });
    }
  }
  for (let item = 0; item < 9; item++) {
    const { held } = await post<Held>(`${queues}/pairs/next`, { reviewer: 'first' });
    assert.ok(held !== null);
    await post(`${queues}/pairs/items/${held.item.id}/annotations`, {
      ...{ reviewer: 'first', answers: { better: ['left', 'right', 'tie', 'both-bad'][item % 4] } },
    });
  }
}
