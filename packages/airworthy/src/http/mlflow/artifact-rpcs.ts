import { z } from 'zod';
import type { Context } from '../../store/ports.ts';
import {
  findModelArtifacts,
  findRunArtifacts,
  listArtifacts,
  type OwnArtifacts,
  withinLocation,
} from '../../tracking/index.ts';
import { namedRun, RUN_FIELDS } from './named-run.ts';
import { type MlflowRpc, rpc } from './rpc.ts';
import { id, text } from './wire.ts';

const ofRun = rpc({
  method: 'GET',
  version: '2.0',
  path: 'artifacts/list',
  request: z.object({ ...RUN_FIELDS, path: text.default('') }),
  run: async ({ context }, { path, ...named }) =>
    list(context, await findRunArtifacts(context, namedRun(named)), path),
});

const ofLoggedModel = rpc({
  method: 'GET',
  version: '2.0',
  path: 'logged-models/:model_id/artifacts/directories',
  request: z.object({ model_id: id, artifact_directory_path: text.default('') }),
  run: async ({ context }, { model_id, artifact_directory_path: path }) =>
    list(context, await findModelArtifacts(context, model_id), path),
});

/** All of a level at once; paths are whole, from the owner's top. */
async function list(context: Context, { uri, location }: OwnArtifacts, path: string) {
  if (!location) return { root_uri: uri };
  const folder = path.replace(/^\.?\/?$/, '').replace(/\/$/, '');
  const entries = await listArtifacts(context, withinLocation(location, folder));
  return {
    root_uri: uri,
    files: entries.map(({ name, isFolder, size }) => ({
      path: folder === '' ? name : `${folder}/${name}`,
      is_dir: isFolder,
      file_size: isFolder ? undefined : size,
    })),
  };
}

/** Lists of artifacts; their bytes are in artifact-routes.ts. */
export const ARTIFACT_RPCS: readonly MlflowRpc[] = [ofRun, ofLoggedModel];
