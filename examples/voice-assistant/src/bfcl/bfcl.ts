// The Berkeley Function Calling Leaderboard with one planner: `node --conditions=development src/bfcl/bfcl.ts --help`.
import { mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { PROJECT } from '../journey/run-airworthy.ts';
import { openChatPlanner } from '../planners/chat/open-chat-planner.ts';
import type { Planner } from '../planners/planner.ts';
import { openRecordedPlanner } from '../planners/recorded/open-recorded-planner.ts';
import { openWordOverlap } from '../planners/word-overlap/open-word-overlap.ts';
import { writeTable } from '../story/write-markdown.ts';
import { FIGURES_HEAD, figureRows } from './figure-rows.ts';
import { missingBfcl } from './read-bfcl.ts';
import { runBfcl } from './run-bfcl.ts';

const HELP = `Usage: node --conditions=development src/bfcl/bfcl.ts [options]

Asks a planner every question of ../shared/data/bfcl, keeps its answers, and scores them by category.

Options:
  --url URL        an OpenAI-compatible server with a model (--model NAME); else the rule baseline word-overlap
  --model NAME     the model there
  --record FILE    answers on record: asked once (default: bfcl.NAME.jsonl in the data folder)
  --first N        only the first so many of each category
  --data FOLDER    where the records go (default: .airworthy in the example)

Exit codes: 0 done, 4 the benchmark is not here.

Examples:
  node --conditions=development src/bfcl/bfcl.ts
  node --conditions=development src/bfcl/bfcl.ts --url http://127.0.0.1:8080/v1 --model qwen3-8b
`;

const { values } = parseArgs({
  options: {
    url: { type: 'string' },
    model: { type: 'string' },
    record: { type: 'string' },
    first: { type: 'string' },
    data: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  },
});

if (values.help) console.log(HELP);
else process.exitCode = await main();

async function main(): Promise<number> {
  const missing = missingBfcl();
  if (missing !== undefined) {
    console.error(`${missing}: put it there, see its README`);
    return 4;
  }
  const dataFolder = resolve(values.data ?? join(PROJECT, '.airworthy'));
  const asked = openAsked();
  const file = values.record ?? join(dataFolder, `bfcl.${asked.name.replaceAll(/[^a-z0-9-]+/gi, '-')}.jsonl`);
  mkdirSync(dirname(file), { recursive: true });
  const planner = openRecordedPlanner({ file, planner: asked });
  const figures = await runBfcl({
    planner,
    dataFolder,
    ...(values.first === undefined ? {} : { first: Number(values.first) }),
    onProgress: (line) => console.error(line),
  });
  await planner.close();
  console.log(writeTable(FIGURES_HEAD, figureRows(asked.name, figures)));
  return 0;
}

function openAsked(): Planner {
  const { url, model } = values;
  return url === undefined ? openWordOverlap() : openChatPlanner({ baseUrl: url, model: model ?? 'default' });
}
