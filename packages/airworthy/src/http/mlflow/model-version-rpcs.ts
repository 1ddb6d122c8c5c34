import { z } from 'zod';
import {
  createVersion,
  deleteVersion,
  deleteVersionTag,
  findVersionArtifacts,
  readVersion,
  searchVersions,
  setVersionTag,
  transitionStage,
  updateVersion,
} from '../../registry/index.ts';
import { MODEL_VERSION_GRAMMAR, parseFilter, parseOrderBy } from '../../tracking/index.ts';
import { readOffset, writeOffset } from './page-token.ts';
import { ofModel, ofVersion, searchFields, tagged, versionNumber } from './registry-fields.ts';
import { versionMessage } from './registry-message.ts';
import { type MlflowRpc, rpc } from './rpc.ts';
import { bool, requiredText, text, toRecord } from './wire.ts';

const PAGE_SIZE = { default: 10_000, most: 200_000 };

const create = rpc({
  method: 'POST',
  version: '2.0',
  path: 'model-versions/create',
  request: z.object({
    ...ofModel,
    ...tagged,
    source: requiredText,
    run_id: text.default(''),
    run_link: text.default(''),
    description: text.default(''),
    model_id: text.default(''),
  }),
  async run({ context }, { name, source, run_id, run_link, description, model_id, tags }) {
    const version = await createVersion(context, {
      ...{ model: name, source, run: run_id, runLink: run_link, description, loggedModel: model_id },
      tags: toRecord(tags),
    });
    return { model_version: versionMessage(version) };
  },
});

const update = rpc({
  method: 'PATCH',
  version: '2.0',
  path: 'model-versions/update',
  request: z.object({ ...ofVersion, description: text.optional() }),
  run: async ({ context }, { name, version, description }) => ({
    model_version: versionMessage(await updateVersion(context, name, versionNumber(version), description)),
  }),
});

const transition = rpc({
  method: 'POST',
  version: '2.0',
  path: 'model-versions/transition-stage',
  request: z.object({ ...ofVersion, stage: requiredText, archive_existing_versions: bool.default(false) }),
  async run({ context }, { name, version, stage, archive_existing_versions }) {
    const moved = await transitionStage(context, name, versionNumber(version), {
      stage,
      archiveExisting: archive_existing_versions,
    });
    return { model_version: versionMessage(moved) };
  },
});

const remove = rpc({
  method: 'DELETE',
  version: '2.0',
  path: 'model-versions/delete',
  request: z.object(ofVersion),
  async run({ context }, { name, version }) {
    await deleteVersion(context, name, versionNumber(version));
    return {};
  },
});

const get = rpc({
  method: 'GET',
  version: '2.0',
  path: 'model-versions/get',
  request: z.object(ofVersion),
  run: async ({ context }, { name, version }) => ({
    model_version: versionMessage(await readVersion(context, name, versionNumber(version))),
  }),
});

const search = rpc({
  method: 'GET',
  version: '2.0',
  path: 'model-versions/search',
  request: z.object(searchFields(PAGE_SIZE)),
  async run({ context }, { filter, max_results, order_by, page_token }) {
    const { versions, next } = await searchVersions(context, {
      clauses: parseFilter(filter, MODEL_VERSION_GRAMMAR),
      orderBy: parseOrderBy(order_by, MODEL_VERSION_GRAMMAR),
      limit: max_results,
      offset: readOffset(page_token),
    });
    return { model_versions: versions.map(versionMessage), next_page_token: writeOffset(next) };
  },
});

const downloadUri = rpc({
  method: 'GET',
  version: '2.0',
  path: 'model-versions/get-download-uri',
  request: z.object(ofVersion),
  run: async ({ context }, { name, version }) => ({
    artifact_uri: (await findVersionArtifacts(context, name, versionNumber(version))).uri,
  }),
});

const setTag = rpc({
  method: 'POST',
  version: '2.0',
  path: 'model-versions/set-tag',
  request: z.object({ ...ofVersion, key: requiredText, value: text.default('') }),
  async run({ context }, { name, version, key, value }) {
    await setVersionTag(context, name, versionNumber(version), { key, value });
    return {};
  },
});

const deleteTag = rpc({
  method: 'DELETE',
  version: '2.0',
  path: 'model-versions/delete-tag',
  request: z.object({ ...ofVersion, key: requiredText }),
  async run({ context }, { name, version, key }) {
    await deleteVersionTag(context, name, versionNumber(version), key);
    return {};
  },
});

export const MODEL_VERSION_RPCS: readonly MlflowRpc[] = [
  create,
  update,
  transition,
  remove,
  get,
  search,
  downloadUri,
  setTag,
  deleteTag,
];
