import { z } from 'zod';
import {
  createEvaluationDataset,
  deleteEvaluationDataset,
  deleteEvaluationDatasetTag,
  type EvaluationDataset,
  type EvaluationRecord,
  type EvaluationRecordInput,
  getEvaluationDataset,
  linkEvaluationDataset,
  listEvaluationRecords,
  putEvaluationRecords,
  searchEvaluationDatasets,
  setEvaluationDatasetTags,
  unlinkEvaluationDataset,
} from '../../evaluation/index.ts';
import { isRecord } from '../../kernel/is-record.ts';
import { EVALUATION_DATASET_GRAMMAR, parseFilter, parseOrderBy } from '../../tracking/index.ts';
import { experimentNumber, maxResults } from './limits.ts';
import { readOffset, readPageToken, writeOffset, writePageToken } from './page-token.ts';
import { parseTolerantly } from './parse-body.ts';
import { invalidParameter, type MlflowRpc, rpc, rpcByGetAndPost } from './rpc.ts';
import { id, list, requiredText, text } from './wire.ts';

const one = z.object({ dataset_id: requiredText });
const linked = z.object({ dataset_id: requiredText, experiment_ids: list(id) });
const RecordCursor = z.object({ createdAt: z.int(), id: z.string() });

const create = rpc({
  method: 'POST',
  version: '3.0',
  path: 'datasets/create',
  request: z.object({
    name: requiredText,
    experiment_ids: list(id),
    tags: text.optional(),
  }),
  run: async ({ context }, { name, experiment_ids, tags }) => {
    const dataset = await createEvaluationDataset(context, {
      name,
      experiments: experiment_ids.map(experimentNumber),
      tags: readTags(tags),
    });
    return { dataset: withExperiments(dataset) };
  },
});

const get = rpc({
  method: 'GET',
  version: '3.0',
  path: 'datasets/:dataset_id',
  request: one,
  run: async ({ context }, { dataset_id }) => ({
    dataset: datasetMessage(await getEvaluationDataset(context, dataset_id)),
  }),
});

const remove = rpc({
  method: 'DELETE',
  version: '3.0',
  path: 'datasets/:dataset_id',
  request: one,
  run: async ({ context }, { dataset_id }) => {
    await deleteEvaluationDataset(context, dataset_id);
    return {};
  },
});

const search = rpcByGetAndPost({
  version: '3.0',
  path: 'datasets/search',
  request: z.object({
    experiment_ids: list(id),
    filter_string: text.default(''),
    max_results: maxResults(50_000, 1_000),
    order_by: list(text),
    page_token: text.optional(),
  }),
  run: async ({ context }, { experiment_ids, filter_string, max_results, order_by, page_token }) => {
    const offset = readOffset(page_token);
    const { datasets, more } = await searchEvaluationDatasets(context, {
      ...(experiment_ids.length === 0 ? {} : { experiments: experiment_ids.map(experimentNumber) }),
      clauses: parseFilter(filter_string, EVALUATION_DATASET_GRAMMAR),
      orderBy: parseOrderBy(order_by, EVALUATION_DATASET_GRAMMAR),
      limit: max_results,
      offset,
    });
    return {
      datasets: datasets.map(datasetMessage),
      next_page_token: writeOffset(more ? offset + max_results : undefined),
    };
  },
});

const setTags = rpc({
  method: 'PATCH',
  version: '3.0',
  path: 'datasets/:dataset_id/tags',
  request: z.object({ dataset_id: requiredText, tags: requiredText }),
  run: async ({ context }, { dataset_id, tags }) => {
    await setEvaluationDatasetTags(context, dataset_id, readTags(tags));
    return {};
  },
});

const deleteTag = rpc({
  method: 'DELETE',
  version: '3.0',
  path: 'datasets/:dataset_id/tags/:key',
  request: z.object({ dataset_id: requiredText, key: requiredText }),
  run: async ({ context }, { dataset_id, key }) => {
    await deleteEvaluationDatasetTag(context, dataset_id, key);
    return {};
  },
});

const putRecords = rpc({
  method: 'POST',
  version: '3.0',
  path: 'datasets/:dataset_id/records',
  request: z.object({ dataset_id: requiredText, records: requiredText }),
  run: async ({ context }, { dataset_id, records }) => {
    const sent = readJson('records', records);
    if (!Array.isArray(sent)) throw invalidParameter('records', records, 'a list of records is wanted');
    const { inserted, updated } = await putEvaluationRecords(
      context,
      dataset_id,
      sent as EvaluationRecordInput[],
    );
    return { inserted_count: inserted, updated_count: updated };
  },
});

const getRecords = rpc({
  method: 'GET',
  version: '3.0',
  path: 'datasets/:dataset_id/records',
  request: z.object({
    dataset_id: requiredText,
    max_results: maxResults(1_000, 1_000),
    page_token: text.optional(),
  }),
  run: async ({ context }, { dataset_id, max_results, page_token }) => {
    const { records, next } = await listEvaluationRecords(context, dataset_id, {
      limit: max_results,
      after: readPageToken(page_token, RecordCursor),
    });
    return {
      records: JSON.stringify(records.map((record) => recordMessage(dataset_id, record))),
      next_page_token: writePageToken(next),
    };
  },
});

const getExperiments = rpc({
  method: 'GET',
  version: '3.0',
  path: 'datasets/:dataset_id/experiment-ids',
  request: one,
  run: async ({ context }, { dataset_id }) => ({
    experiment_ids: (await getEvaluationDataset(context, dataset_id)).experiments.map(String),
  }),
});

const link = rpc({
  method: 'POST',
  version: '3.0',
  path: 'datasets/:dataset_id/add-experiments',
  request: linked,
  run: async ({ context }, { dataset_id, experiment_ids }) => {
    const numbers = experiment_ids.map(experimentNumber);
    return { dataset: withExperiments(await linkEvaluationDataset(context, dataset_id, numbers)) };
  },
});

const unlink = rpc({
  method: 'POST',
  version: '3.0',
  path: 'datasets/:dataset_id/remove-experiments',
  request: linked,
  run: async ({ context }, { dataset_id, experiment_ids }) => {
    const numbers = experiment_ids.map(experimentNumber);
    return { dataset: withExperiments(await unlinkEvaluationDataset(context, dataset_id, numbers)) };
  },
});

export const EVALUATION_DATASET_RPCS: readonly MlflowRpc[] = [
  create,
  get,
  remove,
  ...search,
  setTags,
  deleteTag,
  putRecords,
  getRecords,
  getExperiments,
  link,
  unlink,
];

/** Tags and records come as JSON inside the JSON. */
function readJson(name: string, json: string): unknown {
  try {
    return parseTolerantly(Buffer.from(json));
  } catch {
    throw invalidParameter(name, json, 'it is not JSON');
  }
}

function readTags(json: string | undefined): Record<string, string> {
  if (json === undefined || json === '') return {};
  const tags = readJson('tags', json) ?? {};
  if (!isRecord(tags)) throw invalidParameter('tags', json, 'an object is wanted');
  return Object.fromEntries(
    Object.entries(tags)
      .filter(([, value]) => value !== null)
      .map(([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value)]),
  );
}

function datasetMessage(dataset: EvaluationDataset): object {
  return {
    dataset_id: dataset.id,
    name: dataset.name,
    tags: JSON.stringify(dataset.tags),
    schema: dataset.schema,
    profile: dataset.profile,
    digest: dataset.digest,
    created_time: dataset.createdAt,
    last_update_time: dataset.updatedAt,
    created_by: dataset.createdBy,
    last_updated_by: dataset.updatedBy,
  };
}

/** Where a dataset is made or linked; other answers leave it out, and clients ask for it by itself. */
function withExperiments(dataset: EvaluationDataset): object {
  return { ...datasetMessage(dataset), experiment_ids: dataset.experiments.map(String) };
}

function recordMessage(dataset: string, record: EvaluationRecord): object {
  const { id, inputs, outputs, expectations, tags, source, createdBy, updatedBy } = record;
  const sourceId =
    source?.source_type === 'TRACE' ? source.source_data.trace_id : source?.source_data.source_id;
  return {
    dataset_record_id: id,
    dataset_id: dataset,
    inputs,
    ...(outputs === null ? {} : { outputs }),
    ...(expectations === null ? {} : { expectations }),
    tags,
    ...(source === null ? {} : { source, source_type: source.source_type }),
    ...(typeof sourceId === 'string' ? { source_id: sourceId } : {}),
    ...(createdBy === null ? {} : { created_by: createdBy }),
    ...(updatedBy === null ? {} : { last_updated_by: updatedBy }),
    created_time: record.createdAt,
    last_update_time: record.updatedAt,
  };
}
