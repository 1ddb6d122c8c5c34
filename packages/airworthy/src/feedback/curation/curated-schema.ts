import { type DatasetSchema, getVersion } from '../../data/index.ts';
import { contentKey } from '../../kernel/ids.ts';
import type { Field, Task } from '../../models/table.ts';
import { openBundle } from '../../registry/index.ts';
import { readEvidence } from '../../serving/index.ts';
import type { Context } from '../../store/ports.ts';

/** When a prediction was made, in curated data. */
export const PREDICTED_AT = 'predicted_at';

/** What curated rows look like: as the rows that the model was trained on, so that both go together. */
export interface CuratedSchema extends DatasetSchema {
  target: Field;
  /** The column with the time of the prediction: `predicted_at`, unless the record has a field of that name. */
  time: string;
}

/** Fields as in the bundle's signature, the target as in the data its model was trained on, and the time. */
export async function curatedSchema(context: Context, bundle: string): Promise<CuratedSchema> {
  const { signature } = await openBundle(context, bundle);
  const trained = await trainedOn(context, bundle);
  const target = trained?.target ?? targetOf(signature.task);
  const time = freeName(PREDICTED_AT, [...signature.fields, target]);
  return {
    fields: [...signature.fields, target, { name: time, kind: 'timestamp', nullable: true }],
    target,
    ...(trained?.positive === undefined ? {} : { positive: trained.positive }),
    features: signature.fields.map((field) => field.name),
    time,
  };
}

/** Rows of the same columns can be put beside each other. */
export function columnsKey({ fields, target }: CuratedSchema): string {
  return contentKey({ fields: fields.map(({ name, kind }) => [name, kind]), target: target.name });
}

async function trainedOn(context: Context, bundle: string): Promise<DatasetSchema | undefined> {
  const { datasets } = await readEvidence(context, bundle);
  for (const digest of datasets) {
    const version = await getVersion(context, digest).catch(() => undefined);
    if (version?.schema.target) return version.schema;
  }
  return undefined;
}

/** Of a model whose training data is not on record here. */
function targetOf(task: Task): Field {
  const field = { name: task.target, nullable: false };
  if (task.kind === 'regression')
    return { ...field, kind: 'number', ...(task.unit === undefined ? {} : { unit: task.unit }) };
  const isBoolean = task.classes.every((name) => name === 'true' || name === 'false');
  return isBoolean
    ? { ...field, kind: 'boolean' }
    : { ...field, kind: 'category', categories: [...task.classes].sort() };
}

function freeName(name: string, taken: readonly Field[]): string {
  return taken.some((field) => field.name === name) ? freeName(`${name}_`, taken) : name;
}
