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
import { count, figure, plural } from '../../kernel/figures.ts';
import type { Context } from '../../store/ports.ts';
import { findCopiedRows, isTableRow, type NamedInput } from './copied-rows.ts';
import type { NamedRecord } from './equal-rows.ts';

const SHOWN = 3;

/**
 * Looks for held-out cases in the prompts of the tasks, in the rows that packed models were trained on, and in what the suite
 * names under `overlapWith`: training data, few-shot examples, documents. A clause that says what was found; undefined where
 * nothing was.
 */
export async function findLeaks(
  context: Context,
  evaluation: string,
  suite: Suite,
  tasks: readonly Task[],
): Promise<string | undefined> {
  for (const { name, spec } of tasks) {
    const learnt = await findLearntRows(context, evaluation, name, spec.bundle);
    if (learnt !== undefined) return learnt;
  }
  const cases: NamedInput[] = [];
  for await (const { id, input } of readStoredCases(context, evaluation)) cases.push({ id, input });
  return cases.every(({ input }) => isTableRow(input))
    ? findRowsElsewhere(context, suite, cases)
    : findTextsElsewhere(context, suite, tasks, cases);
}

async function findRowsElsewhere(
  context: Context,
  suite: Suite,
  cases: readonly NamedInput[],
): Promise<string | undefined> {
  for (const source of suite.overlapWith) {
    const copied = await findCopiedRows(cases, readCorpus(context, suite, source));
    if (copied.length > 0)
      return tell(
        copied.length,
        copied.map(({ id, entry }) => ({ case: id, corpus: source, entry })),
      );
  }
  return undefined;
}

async function findTextsElsewhere(
  context: Context,
  suite: Suite,
  tasks: readonly Task[],
  cases: readonly NamedInput[],
): Promise<string | undefined> {
  const prompted = tasks.filter(({ spec }) => spec.kind !== 'bundle');
  const corpora: Corpus[] = [
    ...prompted.map(({ name, spec }) => ({ name: `the prompt of task "${name}"`, texts: textsOf(spec) })),
    ...suite.overlapWith.map((source) => ({
      name: source,
      texts: asTexts(readCorpus(context, suite, source)),
    })),
  ];
  const texts = cases.map(({ id, input }) => ({ id, text: plainText(input) }));
  const { overlaps, overlapping } = await findOverlap(texts, corpora);
  return overlapping === 0 ? undefined : tell(overlapping, overlaps);
}

function tell(
  overlapping: number,
  overlaps: readonly { case: string; corpus: string; entry: string }[],
): string {
  const shown = overlaps
    .slice(0, SHOWN)
    .map(({ case: id, corpus, entry }) => `"${id}" in ${corpus} (${entry})`);
  return `${plural(overlapping, 'held-out case')} found elsewhere: ${shown.join(', ')}`;
}

/** The rows of a table are compared as a whole: any two of them are alike as texts. */
async function findLearntRows(
  context: Context,
  evaluation: string,
  task: string,
  bundle: unknown,
): Promise<string | undefined> {
  if (typeof bundle !== 'string') return undefined;
  // Registry and data are loaded for packed models only.
  const { readTrainingRows } = await import('./training-rows.ts');
  const { findEqualRows } = await import('./equal-rows.ts');
  const training = await readTrainingRows(context, bundle);
  if (training === undefined) return undefined;
  const { dataset, fields, table } = training;
  const found = await findEqualRows(readRecords(context, evaluation), fields, table);
  if (!found.isMoreThanChance) return undefined;
  const { equal, records, twins } = found;
  const chance =
    twins.count === 0
      ? 'which has no two equal rows'
      : `of which ${figure((100 * twins.count) / twins.of)} % are equal to one another`;
  const shown = equal.slice(0, SHOWN).map((id) => `"${id}"`);
  return `${count(equal.length)} of ${plural(records, 'held-out case')} are in the rows that task "${task}" was trained on (${dataset}, ${chance}): ${shown.join(', ')}`;
}

async function* readRecords(context: Context, evaluation: string): AsyncGenerator<NamedRecord> {
  for await (const { id, input } of readStoredCases(context, evaluation)) {
    if (typeof input === 'object' && input !== null) yield { id, record: input as NamedRecord['record'] };
  }
}

function* textsOf(value: unknown, path = 'text'): Generator<{ id: string; text: string }> {
  if (typeof value === 'string') yield { id: path, text: value };
  else if (typeof value === 'object' && value !== null) {
    for (const [key, member] of Object.entries(value)) yield* textsOf(member, key);
  }
}

async function* readCorpus(context: Context, suite: Suite, source: string): AsyncGenerator<NamedInput> {
  const path = resolve(suite.folder, source);
  const rows = existsSync(path)
    ? readCaseFile(context, path, source)
    : (await openDatasetCases(context, { dataset: source })).rows();
  for await (const { raw, place } of rows) yield { id: place, input: toCase(raw, place).input };
}

async function* asTexts(inputs: AsyncIterable<NamedInput>): AsyncGenerator<{ id: string; text: string }> {
  for await (const { id, input } of inputs) yield { id, text: plainText(input) };
}

/** A record by its values: its keys are in every case. */
function plainText(value: unknown): string {
  if (typeof value === 'string') return value;
  return [...textsOf(value)].map(({ text }) => text).join('\n');
}
