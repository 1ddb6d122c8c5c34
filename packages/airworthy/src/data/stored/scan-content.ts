import { createHash, type Hash } from 'node:crypto';
import type { DuckDBDataChunk, DuckDBVector } from '@duckdb/node-api';
import { contentKey } from '../../kernel/ids.ts';
import type { Engine } from '../engine/open-engine.ts';
import type { DatasetSchema } from '../schema.ts';
import { type ColumnPlan, planColumns, type StoredColumn, streamColumns } from './stream-columns.ts';

/** What one pass over a column's rows, in order, tells. Sums in row order give the same bits on every machine. */
export interface ColumnScan {
  name: string;
  digest: string;
  missing: number;
  /** Of numbers, booleans (0, 1) and timestamps (ms); NaN where there are none. */
  minimum: number;
  maximum: number;
  mean: number;
  /** Sample standard deviation; NaN below two values. */
  sd: number;
  /** Of texts with at most 65,536 different values. */
  dictionary?: string[];
}

/**
 * Reads all columns of a canonical relation once: digests and moments.
 *
 * A column's digest is the sha256 of its canonical bytes, little-endian: numbers, booleans and timestamps as float64,
 * missing as one NaN; texts with up to 65,536 different values as the dictionary in JSON, then an int32 code a row,
 * missing -1; texts with more as byte length (uint32) and UTF-8 bytes a row, missing as length 2^32 - 1.
 */
export async function scanContent(
  engine: Engine,
  relation: string,
  columns: readonly StoredColumn[],
): Promise<ColumnScan[]> {
  const plans = await planColumns(engine, relation, columns);
  const scanners = plans.map(createScanner);
  await streamColumns(engine, relation, plans, (chunk) => {
    for (const [index, scanner] of scanners.entries()) scanner.add(chunk, index);
  });
  return scanners.map((scanner) => scanner.end());
}

/** The digest of a version: its schema and its columns by name, so that the order of columns and the file format do not matter. */
export function versionDigest(rows: number, schema: DatasetSchema, scans: readonly ColumnScan[]): string {
  return contentKey({
    format: 'airworthy-dataset/1',
    rows,
    content: Object.fromEntries(scans.map((scan) => [scan.name, scan.digest])),
    fields: Object.fromEntries(schema.fields.map((field) => [field.name, field])),
    target: schema.target?.name,
    positive: schema.positive,
    features: [...schema.features].sort(),
  });
}

interface Scanner {
  add(chunk: DuckDBDataChunk, column: number): void;
  end(): ColumnScan;
}

function createScanner(plan: ColumnPlan): Scanner {
  const hash = createHash('sha256').update(`${plan.form}\n`);
  if (plan.form === 'code') hash.update(`${JSON.stringify(plan.dictionary)}\n`);
  if (plan.form === 'number') return numberScanner(plan, hash);
  const add = plan.form === 'code' ? addCodes : addTexts;
  let missing = 0;
  return {
    add: (chunk, column) => {
      missing += add(hash, chunk.getColumnVector(column), chunk.rowCount);
    },
    end: () => ({
      ...{ name: plan.name, digest: hash.digest('hex'), missing },
      ...{ minimum: Number.NaN, maximum: Number.NaN, mean: Number.NaN, sd: Number.NaN },
      ...(plan.form === 'code' ? { dictionary: plan.dictionary } : {}),
    }),
  };
}

/** Welford's update (1962) for the variance; the plain sum for the mean, exact for whole numbers. */
function numberScanner(plan: ColumnPlan, hash: Hash): Scanner {
  let [count, missing, sum, mean, squares] = [0, 0, 0, 0, 0];
  let [minimum, maximum] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  return {
    add: (chunk, column) => {
      const vector = chunk.getColumnVector(column);
      const rows = chunk.rowCount;
      const bytes = Buffer.allocUnsafe(rows * 8);
      for (let row = 0; row < rows; row++) {
        const value = vector.getItem(row) as number;
        bytes.writeDoubleLE(value, row * 8);
        if (Number.isNaN(value)) {
          missing++;
          continue;
        }
        count++;
        sum += value;
        if (value < minimum) minimum = value;
        if (value > maximum) maximum = value;
        const distance = value - mean;
        mean += distance / count;
        squares += distance * (value - mean);
      }
      hash.update(bytes);
    },
    end: () => {
      const known = (value: number, least: number) => (count >= least ? value : Number.NaN);
      return {
        ...{ name: plan.name, digest: hash.digest('hex'), missing },
        ...{ minimum: known(minimum, 1), maximum: known(maximum, 1), mean: known(sum / count, 1) },
        sd: known(Math.sqrt(squares / (count - 1)), 2),
      };
    },
  };
}

/** Both return the number of missing values. */
function addCodes(hash: Hash, vector: DuckDBVector, rows: number): number {
  const bytes = Buffer.allocUnsafe(rows * 4);
  let missing = 0;
  for (let row = 0; row < rows; row++) {
    const code = vector.getItem(row) as number;
    if (code === -1) missing++;
    bytes.writeInt32LE(code, row * 4);
  }
  hash.update(bytes);
  return missing;
}

function addTexts(hash: Hash, vector: DuckDBVector, rows: number): number {
  const length = Buffer.allocUnsafe(4);
  let missing = 0;
  for (let row = 0; row < rows; row++) {
    const text = vector.getItem(row) as string | null;
    length.writeUInt32LE(text === null ? 0xffff_ffff : Buffer.byteLength(text));
    hash.update(length);
    if (text === null) missing++;
    else hash.update(text);
  }
  return missing;
}
