import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  type Corpus,
  findOverlap,
  openDatasetCases,
  readCaseFile,
  readStoredCases,
  type Suite,
  type Task,
  toCase,
} from '../../evaluation/index.ts';
import { plural } from '../../kernel/figures.ts';
import type { Context } from '../../store/ports.ts';

const SHOWN = 3;

/**
 * Looks for held-out cases in the prompts of the tasks and in what the suite names under `overlapWith`: training data,
 * few-shot examples, documents. A clause that says what was found; undefined where nothing was.
 */
export async function findLeaks(
  context: Context,
  evaluation: string,
  suite: Suite,
  tasks: readonly Task[],
): Promise<string | undefined> {
  const corpora: Corpus[] = [
    ...tasks.map(({ name, spec }) => ({ name: `the prompt of task "${name}"`, texts: textsOf(spec) })),
    ...suite.overlapWith.map((source) => ({ name: source, texts: readCorpus(context, suite, source) })),
  ];
  const cases: { id: string; text: string }[] = [];
  for await (const { id, input } of readStoredCases(context, evaluation))
    cases.push({ id, text: plainText(input) });
  const { overlaps, overlapping } = await findOverlap(cases, corpora);
  if (overlapping === 0) return undefined;
  const shown = overlaps
    .slice(0, SHOWN)
    .map(({ case: id, corpus, entry }) => `"${id}" in ${corpus} (${entry})`);
  return `${plural(overlapping, 'held-out case')} found elsewhere: ${shown.join(', ')}`;
}

function* textsOf(value: unknown, path = 'text'): Generator<{ id: string; text: string }> {
  if (typeof value === 'string') yield { id: path, text: value };
  else if (typeof value === 'object' && value !== null) {
    for (const [key, member] of Object.entries(value)) yield* textsOf(member, key);
  }
}

async function* readCorpus(
  context: Context,
  suite: Suite,
  source: string,
): AsyncGenerator<{ id: string; text: string }> {
  const path = resolve(suite.folder, source);
  const rows = existsSync(path)
    ? readCaseFile(context, path, source)
    : (await openDatasetCases(context, { dataset: source })).rows();
  for await (const { raw, place } of rows) yield { id: place, text: plainText(toCase(raw, place).input) };
}

/** A record by its values: its keys are in every case. */
function plainText(value: unknown): string {
  if (typeof value === 'string') return value;
  return [...textsOf(value)].map(({ text }) => text).join('\n');
}
