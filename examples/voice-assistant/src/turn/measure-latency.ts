import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openAssistant } from '../assistant.ts';
import { framesOf } from '../cli/sound-frames.ts';
import { expandSentences } from '../corpus/expand-sentences.ts';
import { TRAINING_AUTHORS } from '../corpus/read-phrasings.ts';
import { synthesizeCorpus } from '../speech/corpus/synthesize-corpus.ts';
import { FLITE_VOICES } from '../speech/flite/open-flite.ts';
import { readWav } from '../speech/read-wav.ts';
import { latencyOf, type StageLatency, type TurnLatency } from './latency.ts';
import { RESPONSE_BUDGET } from './stage-budgets.ts';
import type { TurnResult } from './turn.ts';
import { UNHEARD } from './unheard.ts';

/**
 * How long a person waits: `node --conditions=development src/turn/measure-latency.ts [--utterances 40] [--json]`. Synthetic voices speak
 * in real time to the whole assistant, one after the other, and every reply is spoken.
 */
const { values: asked } = parseArgs({
  options: {
    utterances: { type: 'string', default: '40' },
    planner: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});

const folder = await mkdtemp(join(tmpdir(), 'assistant-latency-'));
try {
  const latency = latencyOf(await speakAll(Number(asked.utterances)));
  const machine = { cores: availableParallelism(), load: loadavg()[0] };
  if (asked.json) console.log(JSON.stringify({ ...latency, machine }, null, 2));
  else printLatency(latency, machine);
} finally {
  await rm(folder, { recursive: true });
}

async function speakAll(count: number): Promise<TurnResult[]> {
  const env = { ...process.env, ...(asked.planner ? { ASSISTANT_PLANNER: asked.planner } : {}) };
  await using assistant = await openAssistant({ folder, env });
  const missing = assistant.probes.find(({ part, chosen }) => part !== 'server' && chosen === null);
  if (missing !== undefined) throw new Error(`${missing.meaning} To have it: ${missing.remedy}`);
  const cases = sentences(Math.ceil(count / FLITE_VOICES.length));
  const spoken = await synthesizeCorpus({ cases, folder, voices: FLITE_VOICES });
  const session = assistant.openSession({ device: 'measurement', openSound: () => UNHEARD });
  const results: TurnResult[] = [];
  // The first turn loads what all others find loaded.
  for (const { path } of [spoken[0], ...spoken]) {
    const sound = framesOf(readWav(await readFile(join(folder, path))), { realTime: true });
    results.push(await session.listen({ sound, endsBy: 'silence' }));
    process.stderr.write(`\r${results.length - 1} of ${spoken.length} spoken`);
  }
  process.stderr.write('\n');
  return results.slice(1);
}

/** Sentences of all skills, in the wordings of the authors for training. */
function sentences(count: number): { id: string; text: string }[] {
  const all = expandSentences({ authors: TRAINING_AUTHORS, perTemplate: 1, seed: 1, values: 'train' });
  const every = Math.max(1, Math.floor(all.length / count));
  return all.filter((_, place) => place % every === 0).slice(0, count);
}

function printLatency({ response, endpoint, stages, turns, unspoken }: TurnLatency, machine: object): void {
  const line = (name: string, { p50, p95, budget, share }: StageLatency) =>
    `${name.padEnd(16)} ${ms(p50)} ${ms(p95)}   ${ms(budget.p50)} ${ms(budget.p95)}  ${`${Math.round(share * 100)} %`.padStart(6)}`;
  console.log(`${turns} spoken turns, ${JSON.stringify(machine)}`);
  console.log(`${''.padEnd(16)}      p50      p95   budget p50      p95   share`);
  console.log(line('response', { ...response, budget: RESPONSE_BUDGET, share: 1 }));
  for (const stage of stages) console.log(line(stage.stage, stage));
  console.log(`silence waited for before that: p50 ${ms(endpoint.p50)}, p95 ${ms(endpoint.p95)}`);
  if (unspoken > 0) console.log(`${unspoken} turns had no spoken reply and are not counted`);
}

function ms(value: number): string {
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`.padStart(8);
}
