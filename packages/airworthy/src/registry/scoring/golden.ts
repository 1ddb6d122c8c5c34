import { AirworthyError } from '../../kernel/errors.ts';
import type { Model } from '../../models/model.ts';
import { type RawRecord, recordsToTable } from '../../models/read-record.ts';
import type { Scorer } from '../../models/scorer.ts';
import { type Column, type Field, outputWidth, type Table } from '../../models/table.ts';
import { type Prediction, toPredictions } from '../../models/to-prediction.ts';
import { ascendingOrder } from '../../stats/order.ts';

/** A record and exactly what the model answered when it was packed. */
export interface GoldenPair {
  /** Why this record is there: `typical`, `missing origin`, `highest distance` … */
  covers: string;
  record: RawRecord;
  /** As the model's scorer gives them. */
  scores: number[];
  prediction: Prediction;
}

export interface Golden {
  format: 'airworthy-golden/1';
  pairs: GoldenPair[];
}

const FEWEST = 32;
/** Records spread over the range of scores. */
const TYPICAL = 24;
/** Fields whose special values are covered; beyond, a wide table would make the file large. */
const MOST_FIELDS = 64;
const UNSEEN = 'a value never seen in training';

type Candidate = Pick<GoldenPair, 'covers' | 'record'>;

/**
 * Input records with the model's answers, at least 32: spread over the range of scores, and for each field the
 * lowest and highest value, a missing one and an unseen category, where its signature lets them in.
 */
export async function buildGolden(
  model: Model,
  scorer: Scorer,
  table: Table,
  scores: Float64Array,
): Promise<Golden> {
  const rows = spreadRows(scores, outputWidth(model.task));
  const typical = rows.map(
    (row): Candidate => ({ covers: 'typical', record: readRecord(model.fields, table, row) }),
  );
  const special = model.fields
    .slice(0, MOST_FIELDS)
    .flatMap((field, index) =>
      specialValues(field, table.columns[field.name], typical[index % typical.length].record),
    );
  const candidates = [...typical, ...special];
  for (let next = 0; candidates.length < FEWEST; next++)
    candidates.push(mixRecords(model.fields, typical, next));
  const pairs: GoldenPair[] = [];
  for (const candidate of candidates) pairs.push(await answer(model, scorer, candidate));
  return { format: 'airworthy-golden/1', pairs };
}

async function answer(model: Model, scorer: Scorer, candidate: Candidate): Promise<GoldenPair> {
  const where = `the record "${candidate.covers}"`;
  const scores = await scoreOne(model, scorer, candidate.record, where);
  refuseNotFinite(scores, where);
  return { ...candidate, scores: [...scores], prediction: toPredictions(model, scores)[0] };
}

async function scoreOne(
  model: Model,
  scorer: Scorer,
  record: RawRecord,
  where: string,
): Promise<Float64Array> {
  try {
    return await scorer.scoreTable(recordsToTable(model.fields, [record]));
  } catch (error) {
    if (!AirworthyError.is(error) || error.code !== 'ONNX_RUN_FAILED') throw error;
    throw new AirworthyError(error.code, {
      message: `${where}, which the signature accepts, gets no answer: ${error.message}`,
      facts: { record },
      cause: error,
    });
  }
}

/** Throws MODEL_INVALID for scores that are no numbers: what an endpoint could not answer is not packed. */
export function refuseNotFinite(scores: Float64Array, where: string): void {
  const wrong = scores.findIndex((score) => !Number.isFinite(score));
  if (wrong === -1) return;
  throw new AirworthyError('MODEL_INVALID', {
    message: `the model predicts ${scores[wrong]} for ${where}`,
    remedy: 'Impute missing values in training, or narrow the range of the column in data.columns.',
  });
}

/** Rows at even steps from the lowest score to the highest, of each output in turn; each row once, in order. */
function spreadRows(scores: Float64Array, width: number): number[] {
  const rows = scores.length / width;
  const chosen = new Set<number>();
  const outputs = Math.min(width, TYPICAL / 2);
  const each = Math.max(2, Math.floor(TYPICAL / outputs));
  for (let output = 0; output < outputs; output++) {
    const ranked = ascendingOrder(
      Float64Array.from({ length: rows }, (_, row) => scores[row * width + output]),
    );
    for (let step = 0; step < each; step++) chosen.add(ranked[Math.floor((step * (rows - 1)) / (each - 1))]);
  }
  return [...chosen].sort((a, b) => a - b);
}

function specialValues(field: Field, column: Column, record: RawRecord): Candidate[] {
  const withValue = (covers: string, value: unknown): Candidate => ({
    covers: `${covers} ${field.name}`,
    record: { ...record, [field.name]: value },
  });
  const found = field.nullable ? [withValue('missing', null)] : [];
  if (column.kind === 'category') return field.closed ? found : [...found, withValue('unseen', UNSEEN)];
  const [lowest, highest] = rangeOf(field, column.values);
  if (Number.isNaN(lowest)) return found;
  return [...found, withValue('lowest', toRaw(field, lowest)), withValue('highest', toRaw(field, highest))];
}

/** What is accepted, else what occurs. */
function rangeOf(field: Field, values: Float64Array): [number, number] {
  let [lowest, highest] = [Number.NaN, Number.NaN];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (!(value >= lowest)) lowest = value;
    if (!(value <= highest)) highest = value;
  }
  return [field.minimum ?? lowest, field.maximum ?? highest];
}

/** One row as a caller would send it. */
function readRecord(fields: readonly Field[], table: Table, row: number): RawRecord {
  return Object.fromEntries(
    fields.map((field) => [field.name, readValue(field, table.columns[field.name], row)]),
  );
}

function readValue(field: Field, column: Column, row: number): unknown {
  if (column.kind !== 'category') return toRaw(field, column.values[row]);
  const code = column.codes[row];
  return code === -1 ? null : column.categories[code];
}

function toRaw(field: Field, value: number): unknown {
  if (!Number.isFinite(value)) return null;
  if (field.kind === 'timestamp') return new Date(value).toISOString();
  return field.kind === 'boolean' ? value !== 0 : value;
}

/** A record whose fields come from different rows: for tables too small to fill the file. */
function mixRecords(fields: readonly Field[], typical: readonly Candidate[], number: number): Candidate {
  const record = fields.map(({ name }, index) => {
    const from = typical[(number * (index + 1) + index) % typical.length];
    return [name, from.record[name]];
  });
  return { covers: 'mixed', record: Object.fromEntries(record) };
}
