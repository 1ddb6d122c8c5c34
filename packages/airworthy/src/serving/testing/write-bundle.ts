import { canonicalJson } from '../../kernel/canonical-json.ts';
import { sha256 } from '../../kernel/ids.ts';
import { compileModel } from '../../models/compile-model.ts';
import type { Model } from '../../models/model.ts';
import { signatureOf } from '../../models/signature.ts';
import { toPredictions } from '../../models/to-prediction.ts';
import { placeBundle } from '../../registry/bundle/bundle-folder.ts';
import { buildManifest } from '../../registry/bundle/manifest.ts';
import { registerVersion } from '../../registry/index.ts';
import type { Context } from '../../store/ports.ts';
import type { Release } from '../schema.ts';

export const FLIGHT = { date: '2001-02-03T17:40:00Z', distance: 733, origin: 'ORD', destination: 'LGA' };

/** Will a flight be late? A small linear model with a field of most kinds; `intercept` tells versions apart. */
export function flightModel(intercept = 0): Model {
  return {
    format: 'airworthy-model/1',
    task: { kind: 'binary', target: 'late', classes: ['false', 'true'] },
    fields: [
      {
        name: 'date',
        kind: 'timestamp',
        nullable: false,
        minimum: Date.UTC(2000, 0, 1),
        maximum: Date.UTC(2030, 0, 1),
      },
      { name: 'distance', kind: 'number', nullable: false, unit: 'miles', minimum: 1, maximum: 5_000 },
      { name: 'origin', kind: 'category', nullable: false, categories: ['ORD', 'LAX'] },
      { name: 'destination', kind: 'category', nullable: true, categories: ['LGA', 'JFK'], closed: true },
      { name: 'stops', kind: 'integer', nullable: true, minimum: 0 },
      { name: 'refundable', kind: 'boolean', nullable: true },
    ],
    features: [
      { op: 'date-part', field: 'date', part: 'hour', mean: 12, scale: 6 },
      { op: 'number', field: 'distance', mean: 1_000, scale: 500 },
      { op: 'one-hot', field: 'origin', category: 'ORD' },
      { op: 'number', field: 'stops', impute: 0, mean: 0, scale: 1 },
      { op: 'number', field: 'refundable', impute: 0, mean: 0, scale: 1 },
    ],
    estimator: {
      kind: 'linear',
      coefficients: [[0.8, -0.2, 0.3, 0.1, -0.1]],
      intercepts: [intercept],
      link: 'logistic',
    },
  };
}

/** Packs a model as the registry lays bundles out, with the files serving reads, and registers it. */
export async function writeRelease(
  context: Context,
  model: Model,
  {
    name = 'flight-delays',
    goldenScores,
    golden: record = FLIGHT,
    files: more = {},
  }: {
    name?: string;
    goldenScores?: number[];
    golden?: Readonly<Record<string, unknown>>;
    files?: Record<string, unknown>;
  } = {},
): Promise<Release> {
  const scores = compileModel(model).scoreRecord(record);
  const pair = {
    covers: 'typical',
    record,
    scores: goldenScores ?? [...scores],
    prediction: toPredictions(model, scores)[0],
  };
  const json = (value: unknown) => Buffer.from(canonicalJson(value));
  const files = new Map([
    ['model.json', json(model)],
    ['signature.json', json(signatureOf(model))],
    ['golden.json', json({ format: 'airworthy-golden/1', pairs: [pair] })],
    ...Object.entries(more).map(([path, content]) => [path, json(content)] as const),
  ]);
  return writeBundle(context, name, files);
}

/** Lays files out as a bundle and registers it as the next version of a model. */
export async function writeBundle(
  context: Context,
  name: string,
  files: Map<string, Buffer>,
): Promise<Release> {
  const { bytes, digest } = buildManifest(name, files);
  await placeBundle(context, digest, new Map([...files, ['manifest.json', bytes]]));
  const run = sha256(digest).slice(0, 32);
  const row = {
    project: context.project,
    digest,
    run,
    manifest_json: bytes.toString(),
    size: 1,
    created_at: 0,
  };
  await context.store.database.write((sql) =>
    sql
      .insertInto('bundle')
      .values(row)
      .onConflict((conflict) => conflict.doNothing())
      .execute(),
  );
  const version = await registerVersion(context, { model: name, bundle: digest });
  return { model: name, version: version.number, bundle: digest };
}
