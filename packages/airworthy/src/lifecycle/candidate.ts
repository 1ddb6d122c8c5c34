import { readTable } from '../data/index.ts';
import { compileModel } from '../models/compile-model.ts';
import type { Model } from '../models/model.ts';
import { parseModel } from '../models/serialise-model.ts';
import type { Table } from '../models/table.ts';
import type { Context } from '../store/ports.ts';
import { readArtifact } from '../tracking/index.ts';
import type { ShippedData } from './ship-data.ts';

/** Where a training run keeps its model, and what that model predicted for the held-back rows. */
export const MODEL_ARTIFACT = 'model/model.json';
export const SCORES_ARTIFACT = 'model/held-back-scores.f64';

/** The held-back rows, all columns. */
export function readHeldBack(context: Context, { version, split }: ShippedData): Promise<Table> {
  return readTable(context, version, { split, role: 'test' });
}

/** The model that a training run kept. */
export async function readModel(context: Context, run: string): Promise<Model> {
  return parseModel((await readArtifact(context, run, MODEL_ARTIFACT)).toString('utf8'));
}

/** What the candidate predicted for the held-back rows when it was trained. */
export async function readScores(context: Context, run: string): Promise<Float64Array> {
  const bytes = await readArtifact(context, run, SCORES_ARTIFACT);
  return new Float64Array(new Uint8Array(bytes).buffer);
}

export function scoreRows(model: Model, table: Table): Float64Array {
  return compileModel(model).scoreTable(table);
}

/** Scores as bytes, little-endian as on every machine Node runs on. */
export function scoreBytes(scores: Float64Array): Uint8Array {
  return new Uint8Array(scores.buffer, scores.byteOffset, scores.byteLength);
}
