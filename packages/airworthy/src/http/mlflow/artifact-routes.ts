import type { FastifyInstance, FastifyRequest, RouteHandlerMethod } from 'fastify';
import { findVersionArtifacts } from '../../registry/index.ts';
import {
  type ArtifactLocation,
  deleteArtifacts,
  findArtifact,
  findModelArtifacts,
  findRunArtifacts,
  listArtifacts,
  locateArtifact,
  type OwnArtifacts,
  putArtifact,
  requireArtifactPath,
  requireKeptHere,
  withinLocation,
} from '../../tracking/index.ts';
import { bytesOf, STREAMED, takeAnyBytes } from '../artifacts/receive-bytes.ts';
import { sendArtifact } from '../artifacts/send-artifact.ts';
import type { DoorDependencies } from '../door.ts';
import { multipartRoutes } from './multipart-routes.ts';
import { versionNumber } from './registry-fields.ts';
import { missingParameter } from './rpc.ts';
import { isTraceFile, takeTraceFile } from './trace-file.ts';

const PREFIXES = ['/api/2.0', '/ajax-api/2.0'] as const;

/** The artifact proxy: bytes in and out as they come, of any size. What is JSON about artifacts is in artifact-rpcs.ts. */
export function artifactRoutes(scope: FastifyInstance, dependencies: DoorDependencies): void {
  takeAnyBytes(scope);
  for (const prefix of PREFIXES) {
    addProxy(scope, dependencies, `${prefix}/mlflow-artifacts`);
    multipartRoutes(scope, dependencies, `${prefix}/mlflow-artifacts`);
  }
  addDownloads(scope, dependencies);
  addUploads(scope, dependencies);
}

function addProxy(scope: FastifyInstance, dependencies: DoorDependencies, base: string): void {
  const { context } = dependencies;
  const url = `${base}/artifacts/*`;
  const locationOf = (request: FastifyRequest) => locateArtifact((request.params as { '*': string })['*']);
  scope.route({
    method: 'PUT',
    url,
    ...STREAMED,
    handler: async (request) => {
      const location = locationOf(request);
      if (isTraceFile(location)) {
        const experiment = Number.parseInt((request.params as { '*': string })['*'], 10);
        await takeTraceFile(dependencies, { location, experiment }, bytesOf(request));
      } else await putArtifact(context, location, bytesOf(request));
      return {};
    },
  });
  addDownload(scope, url, async (request, reply) =>
    sendArtifact(context, request, reply, await findArtifact(context, locationOf(request)), 'attachment'),
  );
  scope.delete(url, async (request) => {
    await deleteArtifacts(context, locationOf(request));
    return {};
  });
  scope.get(`${base}/artifacts`, async (request) => {
    const entries = await listArtifacts(context, locateArtifact(textOf(request, 'path') ?? ''));
    // Base names here, and in `artifacts/list` whole paths: that is how clients tell the two apart.
    const files = entries.map(({ name, isFolder, size }) =>
      isFolder ? { path: name, is_dir: true } : { path: name, is_dir: false, file_size: size },
    );
    return files.length === 0 ? {} : { files };
  });
}

/** What MLflow's own pages link to. */
function addDownloads(scope: FastifyInstance, { context }: DoorDependencies): void {
  addDownload(scope, '/get-artifact', async (request, reply) => {
    const run = textOf(request, 'run_id') ?? requireText(request, 'run_uuid');
    const location = within(await findRunArtifacts(context, run), requireText(request, 'path'));
    return sendArtifact(context, request, reply, await findArtifact(context, location), 'attachment');
  });
  addDownload(scope, '/model-versions/get-artifact', async (request, reply) => {
    const version = versionNumber(requireText(request, 'version'));
    const own = await findVersionArtifacts(context, requireText(request, 'name'), version);
    const location = within(own, requireText(request, 'path'));
    return sendArtifact(context, request, reply, await findArtifact(context, location), 'attachment');
  });
  addDownload(scope, '/ajax-api/2.0/mlflow/logged-models/:model/artifacts/files', async (request, reply) => {
    const own = await findModelArtifacts(context, (request.params as { model: string }).model);
    const location = within(own, requireText(request, 'artifact_file_path'));
    return sendArtifact(context, request, reply, await findArtifact(context, location), 'attachment');
  });
}

function addUploads(scope: FastifyInstance, { context }: DoorDependencies): void {
  scope.route({
    method: 'POST',
    url: '/ajax-api/2.0/mlflow/upload-artifact',
    ...STREAMED,
    handler: async (request) => {
      const run = requireText(request, 'run_uuid');
      const location = within(await findRunArtifacts(context, run), requireText(request, 'path'));
      await putArtifact(context, location, bytesOf(request));
      return {};
    },
  });
}

/** The path is checked before it is joined to the owner's: a part of it must not climb out. */
function within(own: OwnArtifacts, path: string): ArtifactLocation {
  return withinLocation(requireKeptHere(own), requireArtifactPath(path));
}

/** With HEAD, which answers from the record alone. */
function addDownload(scope: FastifyInstance, url: string, handler: RouteHandlerMethod): void {
  scope.route({ method: ['GET', 'HEAD'], url, exposeHeadRoute: false, handler });
}

function textOf(request: FastifyRequest, name: string): string | undefined {
  const value = (request.query as Record<string, unknown>)[name];
  const first = Array.isArray(value) ? value[0] : value;
  return typeof first === 'string' && first !== '' ? first : undefined;
}

function requireText(request: FastifyRequest, name: string): string {
  const value = textOf(request, name);
  if (value === undefined) throw missingParameter(name);
  return value;
}
