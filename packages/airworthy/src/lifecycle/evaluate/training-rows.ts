import { getVersion, listSplits, readTable, type Split } from '../../data/index.ts';
import type { Table } from '../../models/table.ts';
import { openBundle, readBundleFile } from '../../registry/index.ts';
import type { Context } from '../../store/ports.ts';
import type { Fields } from './equal-rows.ts';

export interface TrainingRows {
  /** `penguins@1` */
  dataset: string;
  /** What the model sees of a row. */
  fields: Fields;
  table: Table;
}

/** The rows that a bundle says its model was trained on; undefined where they are not in this data folder. */
export async function readTrainingRows(context: Context, bundle: string): Promise<TrainingRows | undefined> {
  const { manifest, model } = await openBundle(context, bundle);
  if (!manifest.files.some(({ path }) => path === 'datasets.json')) return undefined;
  const described = JSON.parse((await readBundleFile(context, bundle, 'datasets.json')).toString('utf8')) as {
    datasets?: { digest: string }[];
    split?: Pick<Split, 'digest'>;
  };
  const digest = described.datasets?.[0]?.digest;
  if (digest === undefined) return undefined;
  const split = (await listSplits(context, digest)).find((each) => each.digest === described.split?.digest);
  if (split === undefined) return undefined;
  const version = await getVersion(context, digest);
  const columns = model.fields.map(({ name }) => name);
  const table = await readTable(context, version, { columns, split, role: 'train' });
  return { dataset: `${version.dataset}@${version.number}`, fields: model.fields, table };
}
