import { z } from 'zod';
import { diffVersions, getVersion, listDatasets, listVersions } from '../../data/index.ts';
import { readDatasetVersion } from '../../lifecycle/read-dataset-version.ts';
import { type Operation, operation } from './operation.ts';
import { paging, readNumberCursor, toPage, VersionNumber } from './query.ts';
import {
  DatasetAnswer,
  DatasetDiffAnswer,
  DatasetsAnswer,
  DatasetVersionAnswer,
  DatasetVersionsAnswer,
} from './schema.ts';

const Dataset = z.strictObject({ dataset: z.string().min(1).max(250) });
const Version = Dataset.extend({ number: VersionNumber });

const list = operation({
  method: 'GET',
  path: '/datasets',
  id: 'listDatasets',
  summary: 'Datasets by name, each with its newest version.',
  query: z.strictObject(paging),
  answer: DatasetsAnswer,
  async run({ context }, { query: { limit, after } }) {
    return toPage(await listDatasets(context, { after, limit: limit + 1 }), limit, ({ name }) => name);
  },
});

const show = operation({
  method: 'GET',
  path: '/datasets/:dataset',
  id: 'getDataset',
  summary: 'A dataset with its newest version.',
  params: Dataset,
  answer: DatasetAnswer,
  async run({ context }, { params: { dataset } }) {
    const [latest] = await listVersions(context, dataset, { limit: 1 });
    return { name: dataset, versions: latest.number, latest };
  },
});

const versions = operation({
  method: 'GET',
  path: '/datasets/:dataset/versions',
  id: 'listDatasetVersions',
  summary: 'The versions of a dataset, newest first.',
  params: Dataset,
  query: z.strictObject(paging),
  answer: DatasetVersionsAnswer,
  async run({ context }, { params, query: { limit, after } }) {
    const before = readNumberCursor(after);
    const found = await listVersions(context, params.dataset, { before, limit: limit + 1 });
    return toPage(found, limit, ({ number }) => number);
  },
});

const version = operation({
  method: 'GET',
  path: '/datasets/:dataset/versions/:number',
  id: 'getDatasetVersion',
  summary: 'Schema, profile, findings, splits, origin and use of a dataset version.',
  params: Version,
  answer: DatasetVersionAnswer,
  run: ({ context }, { params: { dataset, number } }) => readDatasetVersion(context, dataset, number),
});

const diff = operation({
  method: 'GET',
  path: '/datasets/:dataset/versions/:number/diff',
  id: 'diffDatasetVersions',
  summary: 'What changed from another version to this one: rows, schema, distributions.',
  params: Version,
  query: z.strictObject({
    from: VersionNumber,
    key: z
      .union([z.string().transform((name) => [name]), z.array(z.string()).max(20)])
      .optional()
      .describe('Columns that identify a row, so that changed rows are told apart from new ones.'),
  }),
  answer: DatasetDiffAnswer,
  async run({ context }, { params: { dataset, number }, query: { from, key } }) {
    const older = await getVersion(context, `${dataset}@${from}`);
    const newer = await getVersion(context, `${dataset}@${number}`);
    return diffVersions(context, older, newer, key ? { key } : {});
  },
});

export const DATASET_OPERATIONS: readonly Operation[] = [list, show, versions, version, diff];
