import { type CellValue, type DataPart, openRowWriter, type RowWriter } from '../../data/index.ts';
import { AirworthyError } from '../../kernel/errors.ts';
import { readCategory, readNumber } from '../../models/read-record.ts';
import type { Field } from '../../models/table.ts';
import type { Context } from '../../store/ports.ts';
import type { CuratedSchema } from './curated-schema.ts';
import { ID_COLUMNS, type LineagePart } from './lineage.ts';
import type { LabelledRow } from './read-outcomes.ts';

/** A part is written when it has so many rows, so that memory does not grow with what there is to curate. */
const PART_ROWS = 500_000;

/** A part with what it was made from. */
export interface CollectedPart {
  part: DataPart;
  lineage: LineagePart;
}

/** Turns labelled predictions into the rows of new parts. */
export interface RowCollector extends AsyncDisposable {
  /** Returns how many of the records could not be read. */
  add(rows: readonly LabelledRow[]): Promise<number>;
  finish(): Promise<CollectedPart[]>;
}

export function createRowCollector(
  context: Context,
  schema: CuratedSchema,
  probability: number,
): RowCollector {
  const parts: CollectedPart[] = [];
  let writer: RowWriter | undefined;
  let predicted = { from: Number.POSITIVE_INFINITY, to: Number.NEGATIVE_INFINITY };

  async function closePart(): Promise<void> {
    if (writer === undefined || writer.rows === 0) return;
    const part = await writer.finish();
    await writer[Symbol.asyncDispose]();
    writer = undefined;
    parts.push({
      part,
      lineage: { part: part.digest, blob: part.blob, rows: part.rows, probability, predicted },
    });
    predicted = { from: Number.POSITIVE_INFINITY, to: Number.NEGATIVE_INFINITY };
  }

  return {
    async add(rows) {
      const cells = rows.map((row) => readCells(schema, row)).filter((row) => row !== undefined);
      if (cells.length === 0) return rows.length;
      writer ??= await openRowWriter(context, schema.fields, Object.values(ID_COLUMNS));
      writer.append(cells[0].map((_, column) => cells.map((row) => row[column])));
      for (const { predicted_at } of rows)
        predicted = {
          from: Math.min(predicted.from, predicted_at),
          to: Math.max(predicted.to, predicted_at),
        };
      if (writer.rows >= PART_ROWS) await closePart();
      return rows.length - cells.length;
    },
    async finish() {
      await closePart();
      return parts;
    },
    async [Symbol.asyncDispose]() {
      await writer?.[Symbol.asyncDispose]();
    },
  };
}

/** One row's values in the order of the fields, then the ids; undefined where the record has another form. */
function readCells({ fields, target, time }: CuratedSchema, row: LabelledRow): CellValue[] | undefined {
  const record: Record<string, unknown> = JSON.parse(row.record_json ?? '{}');
  const label: unknown = JSON.parse(row.value_json);
  try {
    const values = fields.map((field) => {
      if (field.name === time) return row.predicted_at;
      return field.name === target.name ? readTarget(field, label) : readCell(field, record[field.name]);
    });
    return [...values, row.prediction, row.label];
  } catch (error) {
    if (AirworthyError.is(error)) return undefined;
    throw error;
  }
}

function readCell(field: Field, value: unknown): CellValue {
  if (field.kind === 'category') return readCategory(field, value);
  const number = readNumber(field, value);
  return Number.isNaN(number) ? null : number;
}

/** A label's normal form is a class's name, or a number. */
function readTarget({ kind }: Field, label: unknown): CellValue {
  if (kind === 'boolean') return label === 'true' ? 1 : 0;
  return kind === 'category' ? String(label) : Number(label);
}
