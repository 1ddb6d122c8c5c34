import {
  addDataset,
  type DataConfig,
  type DatasetVersion,
  getVersion,
  type RowStream,
  streamRows,
} from '../../data/index.ts';
import { AirworthyError } from '../../kernel/errors.ts';
import type { ModelSignature } from '../../models/signature.ts';
import type { Project } from '../../project/load-project.ts';
import { requireData } from '../../project/require-data.ts';
import type { Context } from '../../store/ports.ts';
import { chooseFilters } from './choose-filters.ts';
import { labelDelayMinutes } from './label-delay.ts';
import type { ReplayPlan } from './schema.ts';

/** A dataset as requests and labels in the order of time. */
export interface Traffic extends AsyncDisposable {
  version: DatasetVersion;
  rows: RowStream;
  /** The column of the labels. */
  target: string;
  /** Minutes until a row's label is known, among what is computed for it. */
  delay: string;
  /** Fields of a request, those of the model first, then those of the project's key. */
  fields: readonly string[];
  /** Filters of the project that do not hold here, because they cut off the future. */
  leftOut: readonly string[];
}

/** The dataset that holds what is replayed. */
export const REPLAYED = 'replayed';
const DELAY = 'label delay';

/**
 * Reads what is to be replayed as the project reads its own data (kinds, target, filters about quality), in the order of
 * its time column. Files are added as a dataset version first, so that a replay that goes on finds the same rows.
 *
 * Throws what adding a dataset throws; DATA_COLUMN_NOT_FOUND where a field of the model is missing; TARGET_MISSING;
 * DATA_NO_ROWS_LEFT.
 */
export async function openTraffic(
  context: Context,
  project: Project,
  signature: Pick<ModelSignature, 'fields' | 'task'>,
  plan: ReplayPlan,
): Promise<Traffic> {
  const { config, folder } = project;
  const own = requireData(project);
  const { kept, left } = chooseFilters(own.filters, plan.time);
  const data = { ...own, filters: kept, source: plan.dataset, quality: [] };
  const version = (await findStored(context, plan)) ?? (await add(context, data, folder));
  const { target } = signature.task;
  if (!version.schema.fields.some((field) => field.name === target)) throw targetMissing(version, target);
  const fields = fieldsOf(version, signature, config.serving.key);
  const rows = await streamRows(context, version, {
    by: plan.time,
    columns: [...new Set([...fields, target])],
    computed: { [DELAY]: labelDelayMinutes(plan.labelDelay) },
    ...{ keep: plan.keep, from: plan.from, to: plan.to },
  });
  if (rows.rows === 0) {
    await rows[Symbol.asyncDispose]();
    throw new AirworthyError('DATA_NO_ROWS_LEFT', {
      message: `"${plan.dataset}" has no row with a time in "${plan.time}" among those asked for`,
    });
  }
  return {
    ...{ version, rows, target, fields, delay: DELAY },
    leftOut: left.map((filter) => filter.keep),
    [Symbol.asyncDispose]: () => rows[Symbol.asyncDispose](),
  };
}

/** `NAME`, `NAME@2`, `NAME@DIGEST`: a version that is there already. */
const REFERENCE = /^[a-z0-9]+(-[a-z0-9]+)*(@[0-9a-f]+)?$/;

async function findStored(context: Context, { dataset }: ReplayPlan): Promise<DatasetVersion | undefined> {
  return REFERENCE.test(dataset) ? getVersion(context, dataset) : undefined;
}

async function add(context: Context, config: DataConfig, folder: string): Promise<DatasetVersion> {
  const { version } = await addDataset(context, { name: REPLAYED, config, folder });
  return version;
}

/** Fields of the key that are no features go with a request where the data has them. */
function fieldsOf(
  version: DatasetVersion,
  { fields }: Pick<ModelSignature, 'fields'>,
  key: readonly string[] = [],
): string[] {
  const names = fields.map((field) => field.name);
  const known = new Set(version.schema.fields.map((field) => field.name));
  return [...names, ...key.filter((name) => !names.includes(name) && known.has(name))];
}

function targetMissing(version: DatasetVersion, target: string): AirworthyError {
  return new AirworthyError('TARGET_MISSING', {
    message: `dataset "${version.dataset}" has no column "${target}", which is what the endpoint's model predicts`,
  });
}
