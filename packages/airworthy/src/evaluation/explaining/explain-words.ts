import { AirworthyError } from '../../kernel/errors.ts';
import type { Field, Table } from '../../models/table.ts';
import { fitLocalModel, type LocalModel, wordNearness } from '../../stats/explain/local-model.ts';
import { createRandom, type Random } from '../../stats/random.ts';
import type { Context } from '../../store/ports.ts';
import { judgeLocal, LOCAL_CAVEAT } from './explain-locally.ts';
import { type Explained, type ExplainRequest, predictionUnits } from './explain-request.ts';
import { type ModelQuestions, openQuestions } from './model-questions.ts';
import { namedFields } from './named-fields.ts';
import type { LimeResult } from './schema.ts';
import { rawOf, showRecord, withRaw } from './tables.ts';

const SAMPLES = 1_000;
const MOST_WORDS = 300;

/**
 * LIME for the words of a text field: samples without a random number of random words (every time a word occurs), weighted
 * by cosine nearness. Two seeds and a reason to refuse, as for tables.
 */
export async function explainWords(context: Context, request: ExplainRequest): Promise<Explained> {
  const { model, rows, scorer, output, spec } = request;
  const field = textField(request);
  const planned = rows.rows * 2 * SAMPLES;
  const questions = openQuestions(context, { scorer, output, planned, cap: spec.maxCalls });
  const explained: LimeResult['rows'] = [];
  for (let row = 0; row < rows.rows; row++) {
    const text = textOf(rows, field, row);
    const words = distinctWords(text);
    requireWords(words, field, row);
    const fitted: { local: LocalModel; output: number }[] = [];
    for (const seed of [spec.seed, spec.seed + 1]) {
      const random = createRandom(seed).fork(`words ${row}`);
      fitted.push(await fitWords({ rows, row, field, text, words, fields: model.fields }, random, questions));
    }
    const terms = words.map((word) => ({ name: word, field: field.name }));
    explained.push({
      row: request.numbers[row],
      record: showRecord(model.fields, rows, row),
      output: fitted[0].output,
      ...judgeLocal(terms, fitted[0].local, fitted[1].local),
    });
  }
  questions.end();
  const result: LimeResult = { kind: 'lime', of: 'words', units: predictionUnits(model), rows: explained };
  return { result, calls: questions.calls(), caveats: [LOCAL_CAVEAT], backgroundRows: 0 };
}

function textField({ model, spec }: ExplainRequest): Field {
  const fields = namedFields(model, spec.fields).filter(({ kind }) => kind === 'category');
  if (fields.length === 1) return fields[0];
  throw new AirworthyError('EXPLANATION_NOT_POSSIBLE', {
    message: `the words of one text field are explained, not of ${fields.length}`,
    remedy: 'Name it with --field.',
  });
}

function textOf(rows: Table, field: Field, row: number): string {
  const column = rows.columns[field.name];
  return column.kind === 'category' && column.codes[row] >= 0 ? column.categories[column.codes[row]] : '';
}

const WORD = /[\p{L}\p{N}]+(?:['’][\p{L}\p{N}]+)*/gu;

/** In the order in which they first occur. */
export function distinctWords(text: string): string[] {
  return [...new Set(text.match(WORD) ?? [])];
}

/** The text without these words; what stood between them stays. */
export function withoutWords(text: string, gone: ReadonlySet<string>): string {
  return text
    .replace(WORD, (word) => (gone.has(word) ? '' : word))
    .replace(/\s+/g, ' ')
    .trim();
}

function requireWords(words: readonly string[], field: Field, row: number): void {
  if (words.length >= 2 && words.length <= MOST_WORDS) return;
  throw new AirworthyError('EXPLANATION_NOT_POSSIBLE', {
    message: `"${field.name}" of row ${row + 1} has ${words.length} different words; from 2 to ${MOST_WORDS} can be explained`,
    remedy: 'Explain another row, or a shorter text.',
  });
}

interface WordSamples {
  rows: Table;
  row: number;
  field: Field;
  text: string;
  words: readonly string[];
  fields: readonly Field[];
}

async function fitWords(
  { rows, row, field, text, words, fields }: WordSamples,
  random: Random,
  questions: ModelQuestions,
): Promise<{ local: LocalModel; output: number }> {
  const features = words.length;
  const presence = new Uint8Array(SAMPLES * features).fill(1);
  const order = Int32Array.from(words.keys());
  const texts = Array.from({ length: SAMPLES }, (_, sample) => {
    if (sample === 0) return text;
    random.shuffle(order);
    const gone = order.subarray(0, 1 + random.integer(features));
    for (const word of gone) presence[sample * features + word] = 0;
    return withoutWords(text, new Set(Array.from(gone, (word) => words[word])));
  });
  const columns = fields.map(({ name }) => {
    const column = rows.columns[name];
    if (name === field.name) return [name, textColumn(texts)] as const;
    const raw = rawOf(column).slice(row, row + 1);
    return [
      name,
      withRaw(
        column,
        raw instanceof Int32Array
          ? new Int32Array(SAMPLES).fill(raw[0])
          : new Float64Array(SAMPLES).fill(raw[0]),
      ),
    ] as const;
  });
  const outputs = await questions.ask({ rows: SAMPLES, columns: Object.fromEntries(columns) });
  const weights = wordNearness(presence, features);
  return { local: fitLocalModel({ presence, features, outputs, weights }), output: outputs[0] };
}

function textColumn(texts: readonly string[]): Table['columns'][string] {
  const categories = [...new Set(texts)];
  const codeOf = new Map(categories.map((text, code) => [text, code]));
  return { kind: 'category', codes: Int32Array.from(texts, (text) => codeOf.get(text)!), categories };
}
