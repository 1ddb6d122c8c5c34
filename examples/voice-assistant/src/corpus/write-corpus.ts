import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { AUGMENT_STRENGTHS, type AugmentStrength, augment } from './augment.ts';
import { expandSentences, type Sentence } from './expand-sentences.ts';
import { ALL_AUTHORS } from './read-phrasings.ts';
import { toCase } from './to-case.ts';

/** What a line is in each form. */
const FORMS = {
  tokens: ({ tokens, labels, intent }: Sentence) => ({ tokens, labels, intent }),
  chat: ({ text, call }: Sentence) => ({
    messages: [
      { role: 'user', content: text },
      { role: 'assistant', content: JSON.stringify(call) },
    ],
  }),
  cases: toCase,
  sentences: (sentence: Sentence) => sentence,
};

interface CorpusOptions {
  authors: string[];
  perTemplate: number;
  values: 'train' | 'test' | 'all';
  pool?: string[];
  intents?: string[];
  augment: AugmentStrength[];
  copies: number;
  seed: number;
  form: keyof typeof FORMS;
  out: string;
}

const command = new Command('write-corpus')
  .description('Writes sentences of the authors as JSON lines, for a trainer or a suite.')
  .requiredOption('--authors <letters>', `whose sentences, of ${ALL_AUTHORS.join(',')}`, authors)
  .option('--per-template <n>', 'sentences made of each template with slots', count, 8)
  .addOption(
    new Option('--values <half>', 'which half of the values')
      .choices(['train', 'test', 'all'])
      .default('train'),
  )
  .option('--pool <letters>', "whose values are filled in (default: the same authors')", authors)
  .option('--intents <names>', 'only these intents, with commas between', list)
  .option(
    '--augment <strengths>',
    `adds changed copies: ${Object.keys(AUGMENT_STRENGTHS).join(', ')}, several with commas between`,
    strengths,
    [],
  )
  .option('--copies <n>', 'changed copies of each sentence, of each strength', count, 1)
  .option('--seed <n>', 'the same seed gives the same sentences', count, 1)
  .addOption(new Option('--form <form>', 'what a line is').choices(Object.keys(FORMS)).default('tokens'))
  .requiredOption('--out <file>', 'the file to write')
  .addHelpText(
    'after',
    `
Examples:
  $ node --conditions=development src/corpus/write-corpus.ts --authors a --per-template 4 --out a.jsonl
  $ node --conditions=development src/corpus/write-corpus.ts --authors a,b,c,d,e,f --augment light --copies 2 --out train.jsonl
  $ node --conditions=development src/corpus/write-corpus.ts --authors g,h --values all --form cases --out unseen.jsonl`,
  )
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .action(writeCorpus);

function writeCorpus({
  form,
  out,
  intents,
  augment: asked,
  copies,
  seed,
  ...expansion
}: CorpusOptions): void {
  const all = expandSentences({ ...expansion, seed });
  const sentences = intents ? all.filter(({ intent }) => intents.includes(intent)) : all;
  const changed = asked.flatMap((strength) => augment(sentences, { strength, copies, seed }));
  const lines = [...sentences, ...changed].map((sentence) => `${JSON.stringify(FORMS[form](sentence))}\n`);
  mkdirSync(dirname(out), { recursive: true });
  writeFileSync(out, lines.join(''));
  console.log(
    `sentences=${sentences.length} augmented=${changed.length} authors=${expansion.authors.length} file=${out}`,
  );
}

function list(text: string): string[] {
  return text.split(',').map((item) => item.trim());
}

function strengths(text: string): AugmentStrength[] {
  const names = list(text);
  const unknown = names.filter((name) => !(name in AUGMENT_STRENGTHS));
  if (unknown.length === 0) return names as AugmentStrength[];
  throw new InvalidArgumentError(`There is no strength ${unknown.join(', ')}.`);
}

function authors(text: string): string[] {
  const letters = list(text);
  const unknown = letters.filter((letter) => !(ALL_AUTHORS as readonly string[]).includes(letter));
  if (unknown.length === 0) return letters;
  throw new InvalidArgumentError(
    `There is no author ${unknown.join(', ')}; authors are ${ALL_AUTHORS.join(', ')}.`,
  );
}

function count(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new InvalidArgumentError('It must be a whole number above 0.');
}

await command.parseAsync();
