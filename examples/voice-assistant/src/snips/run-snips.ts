import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Command } from 'commander';
import { seededRandom } from '../corpus/seeded-random.ts';
import type { TaggedSentence } from '../planners/linear/train-linear.ts';
import { createTagger } from '../planners/tagger/create-tagger.ts';
import type { TaggerModel } from '../planners/tagger/tagger-model.ts';
import { type Measured, measureTagging, type TaggingMeasures } from './measure-tagging.ts';
import { readSnips } from './read-snips.ts';

const EXAMPLE = join(import.meta.dirname, '..', '..');
const TRAINER = join('training', 'train_tagger.py');
const SHARED = join(EXAMPLE, '..', '..', '..', 'shared', 'data', 'snips');

/** The configuration, chosen on sentences held out of the training files; the validation part chose nothing. */
const RECIPE = [
  '--epochs',
  '10',
  '--hidden',
  '128',
  '--word-dim',
  '100',
  '--value-dropout',
  '0.3',
  '--value-noise',
  '0',
  '--seed',
  '1',
];
const HELD_OUT_SHARE = 0.05;

interface SnipsOptions {
  data: string;
  python: string;
  threads: string;
  model?: string;
  out?: string;
}

const command = new Command('run-snips')
  .description('Trains the tagger on the SNIPS utterances and measures it on the 700 of the validation part.')
  .option('--data <folder>', 'the files as published', SHARED)
  .option('--python <path>', 'a Python that has PyTorch', 'python3')
  .option('--threads <n>', 'threads that the training may use', '1')
  .option('--model <file>', 'measures this model instead of training one')
  .option('--out <file>', 'writes the figures as JSON')
  .addHelpText(
    'after',
    '\nExample:\n  $ node --conditions=development src/snips/run-snips.ts --python ./venv/bin/python --out snips.json',
  )
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .action(runSnips);

async function runSnips(options: SnipsOptions): Promise<void> {
  const started = performance.now();
  const validation = readSnips(options.data, 'validate');
  const model = options.model ? readModel(options.model) : await trainModel(options);
  const tagger = createTagger(model);
  const measures = measureTagging(
    validation,
    validation.map(({ tokens }) => tagger.tag(tokens.join(' '))),
  );
  const { parameters, sentences, cpuSeconds, heldOut, torch } = model.facts;
  const seconds = Math.round((performance.now() - started) / 1000);
  const report = {
    ...measures,
    training: { recipe: RECIPE, parameters, sentences, cpuSeconds, heldOut, torch },
    seconds,
  };
  console.log(tableOf(measures));
  console.log(
    `${parameters} parameters, ${sentences} sentences, ${cpuSeconds} processor seconds of training, ${seconds} s in all`,
  );
  if (options.out) {
    mkdirSync(dirname(options.out), { recursive: true });
    writeFileSync(options.out, `${JSON.stringify(report, null, 2)}\n`);
  }
}

async function trainModel({ data, python, threads }: SnipsOptions): Promise<TaggerModel> {
  const folder = mkdtempSync(join(tmpdir(), 'snips-'));
  try {
    const shuffled = seededRandom('snips/held-out').shuffled(readSnips(data, 'train'));
    const heldOut = Math.round(shuffled.length * HELD_OUT_SHARE);
    const files = {
      train: join(folder, 'train.jsonl'),
      heldOut: join(folder, 'held-out.jsonl'),
      model: join(folder, 'model.json'),
    };
    writeLines(files.heldOut, shuffled.slice(0, heldOut));
    writeLines(files.train, shuffled.slice(heldOut));
    const paths = ['--train', files.train, '--held-out', files.heldOut, '--output', files.model];
    await run(python, [TRAINER, ...paths, ...RECIPE, '--threads', threads]);
    return readModel(files.model);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function writeLines(path: string, sentences: readonly TaggedSentence[]): void {
  writeFileSync(path, sentences.map((sentence) => `${JSON.stringify(sentence)}\n`).join(''));
}

function readModel(path: string): TaggerModel {
  return JSON.parse(readFileSync(path, 'utf8')) as TaggerModel;
}

function run(program: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: EXAMPLE, stdio: 'inherit' });
    child.once('error', (error) =>
      reject(
        new Error(
          `${program} does not start (${error.message}): give a Python that has PyTorch by --python.`,
        ),
      ),
    );
    child.once('exit', (code, signal) =>
      code === 0
        ? resolve()
        : reject(new Error(`The training ended with ${signal ?? `code ${code}`}: see its output above.`)),
    );
  });
}

function tableOf({ sentences, intent, slotF1, exact }: TaggingMeasures): string {
  const line = (name: string, { value, low, high }: Measured) =>
    `| ${name} | ${percent(value)} | ${percent(low)} to ${percent(high)} |`;
  return [
    `| SNIPS, ${sentences} validation utterances | % | 95 % interval |`,
    '|---|---|---|',
    line('intent accuracy', intent),
    line('slot F1', slotF1),
    line('whole sentence exact', exact),
  ].join('\n');
}

function percent(share: number): string {
  return (100 * share).toFixed(1);
}

try {
  await command.parseAsync();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 4;
}
