import { z } from 'zod';
import {
  createModel,
  deleteModel,
  deleteModelTag,
  readModel,
  readVersion,
  removeAlias,
  renameModel,
  requireStage,
  searchModels,
  setAlias,
  setModelTag,
  updateModel,
  versionOf,
} from '../../registry/index.ts';
import { parseFilter, parseOrderBy, REGISTERED_MODEL_GRAMMAR } from '../../tracking/index.ts';
import { readOffset, writeOffset } from './page-token.ts';
import { ofModel, ofVersion, searchFields, tagged, versionNumber } from './registry-fields.ts';
import { modelMessage, versionMessage } from './registry-message.ts';
import { type MlflowRpc, rpc } from './rpc.ts';
import { list, requiredText, text, toRecord } from './wire.ts';

const PAGE_SIZE = { default: 100, most: 1_000 };
const BY_CLIENT = 'moved by an MLflow client';

const create = rpc({
  method: 'POST',
  version: '2.0',
  path: 'registered-models/create',
  request: z.object({ ...ofModel, ...tagged, description: text.default('') }),
  async run({ context }, { name, tags, description }) {
    const model = await createModel(context, { name, description, tags: toRecord(tags) });
    return { registered_model: modelMessage(model) };
  },
});

const rename = rpc({
  method: 'POST',
  version: '2.0',
  path: 'registered-models/rename',
  request: z.object({ ...ofModel, new_name: requiredText }),
  run: async ({ context }, { name, new_name }) => ({
    registered_model: modelMessage(await renameModel(context, name, new_name)),
  }),
});

const update = rpc({
  method: 'PATCH',
  version: '2.0',
  path: 'registered-models/update',
  request: z.object({ ...ofModel, description: text.default('') }),
  run: async ({ context }, { name, description }) => ({
    registered_model: modelMessage(await updateModel(context, name, description)),
  }),
});

const remove = rpc({
  method: 'DELETE',
  version: '2.0',
  path: 'registered-models/delete',
  request: z.object(ofModel),
  async run({ context }, { name }) {
    await deleteModel(context, name);
    return {};
  },
});

const get = rpc({
  method: 'GET',
  version: '2.0',
  path: 'registered-models/get',
  request: z.object(ofModel),
  run: async ({ context }, { name }) => ({ registered_model: modelMessage(await readModel(context, name)) }),
});

const search = rpc({
  method: 'GET',
  version: '2.0',
  path: 'registered-models/search',
  request: z.object(searchFields(PAGE_SIZE)),
  async run({ context }, { filter, max_results, order_by, page_token }) {
    const { models, next } = await searchModels(context, {
      clauses: parseFilter(filter, REGISTERED_MODEL_GRAMMAR),
      orderBy: parseOrderBy(order_by, REGISTERED_MODEL_GRAMMAR),
      limit: max_results,
      offset: readOffset(page_token),
    });
    return { registered_models: models.map(modelMessage), next_page_token: writeOffset(next) };
  },
});

/** By GET for the clients of one language, by POST for those of another. */
const latestVersions = (['GET', 'POST'] as const).map((method) =>
  rpc({
    method,
    version: '2.0',
    path: 'registered-models/get-latest-versions',
    request: z.object({ ...ofModel, stages: list(text) }),
    async run({ context }, { name, stages }) {
      const { latest } = await readModel(context, name);
      const wanted = new Set(stages.map(requireStage));
      const versions = latest.filter(({ stage }) => wanted.size === 0 || wanted.has(stage));
      return { model_versions: versions.map(versionMessage) };
    },
  }),
);

const setTag = rpc({
  method: 'POST',
  version: '2.0',
  path: 'registered-models/set-tag',
  request: z.object({ ...ofModel, key: requiredText, value: text.default('') }),
  async run({ context }, { name, key, value }) {
    await setModelTag(context, name, { key, value });
    return {};
  },
});

const deleteTag = rpc({
  method: 'DELETE',
  version: '2.0',
  path: 'registered-models/delete-tag',
  request: z.object({ ...ofModel, key: requiredText }),
  async run({ context }, { name, key }) {
    await deleteModelTag(context, name, key);
    return {};
  },
});

const putAlias = rpc({
  method: 'POST',
  version: '2.0',
  path: 'registered-models/alias',
  request: z.object({ ...ofVersion, alias: requiredText }),
  async run({ context }, { name, alias, version }) {
    await setAlias(context, { model: name, alias, version: versionNumber(version), reason: BY_CLIENT });
    return {};
  },
});

const deleteAlias = rpc({
  method: 'DELETE',
  version: '2.0',
  path: 'registered-models/alias',
  request: z.object({ ...ofModel, alias: requiredText }),
  async run({ context }, { name, alias }) {
    await removeAlias(context, { model: name, alias, reason: BY_CLIENT });
    return {};
  },
});

const getByAlias = rpc({
  method: 'GET',
  version: '2.0',
  path: 'registered-models/alias',
  request: z.object({ ...ofModel, alias: requiredText }),
  async run({ context }, { name, alias }) {
    await readModel(context, name);
    const { sql } = context.store.database;
    const number = await versionOf(sql, context.project, { model: name, alias });
    return { model_version: versionMessage(await readVersion(context, name, number)) };
  },
});

export const REGISTERED_MODEL_RPCS: readonly MlflowRpc[] = [
  create,
  rename,
  update,
  remove,
  get,
  search,
  ...latestVersions,
  setTag,
  deleteTag,
  putAlias,
  deleteAlias,
  getByAlias,
];
