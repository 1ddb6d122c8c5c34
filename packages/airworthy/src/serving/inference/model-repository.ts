import { AirworthyError } from '../../kernel/errors.ts';
import { findAlias, isPacked, listModels, listModelVersions } from '../../registry/index.ts';
import type { Context } from '../../store/ports.ts';
import type { Endpoints } from '../endpoints/endpoints.ts';
import { currentDeployment } from '../endpoints/record-deployment.ts';
import { resolveRelease } from '../endpoints/resolve-release.ts';
import { EndpointName, type Release } from '../schema.ts';

/** A model version that is there to be loaded, or is. */
export interface RepositoryEntry {
  name: string;
  version: string;
  state: 'READY' | 'UNAVAILABLE';
  /** Why it is not ready; empty where it is. */
  reason: string;
}

/** Of each model, so many versions are listed, the newest first; and whatever is loaded. */
const LISTED_VERSIONS = 100;
const REASON = 'asked for by the model repository API';

/** Where the registry and the endpoints are. */
export interface Repository {
  context: Context;
  endpoints: Endpoints;
  /** `registry.alias`: the version that is loaded where none is named. */
  alias: string;
}

/** Packed versions of every model, by name and version, and what of them serves. */
export async function listRepository(
  { context, endpoints }: Repository,
  { ready = false }: { ready?: boolean } = {},
): Promise<RepositoryEntry[]> {
  const serving = endpoints.status();
  const registered = (await listModels(context)).map(({ name }) => ({ name, model: name }));
  const served = serving.map(({ endpoint, deployment }) => ({ name: endpoint, model: deployment?.model }));
  const entries: RepositoryEntry[] = [];
  const names = new Set<string>();
  for (const { name, model } of [...served, ...registered]) {
    if (names.has(name)) continue;
    names.add(name);
    const problem = serving.find(({ endpoint }) => endpoint === name)?.problem ?? 'not loaded';
    const loaded = loadedVersions(endpoints, name);
    const packed = model === undefined ? [] : await packedVersions(context, model);
    for (const version of [...new Set([...loaded, ...packed])].sort((a, b) => Number(a) - Number(b))) {
      const isReady = loaded.includes(version);
      if (isReady || !ready)
        entries.push({
          name,
          version,
          state: isReady ? 'READY' : 'UNAVAILABLE',
          reason: isReady ? '' : problem,
        });
    }
  }
  return entries.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

function loadedVersions(endpoints: Endpoints, name: string): readonly string[] {
  const isReady = endpoints.status().some(({ endpoint, state }) => endpoint === name && state === 'ready');
  return isReady ? endpoints.describe(name).versions : [];
}

async function packedVersions(context: Context, model: string): Promise<string[]> {
  const versions = await listModelVersions(context, model, { limit: LISTED_VERSIONS });
  return versions.filter(isPacked).map(({ number }) => String(number));
}

/**
 * Serves a model at the endpoint of its name: the version that is named, else the one its alias points at, else the newest
 * that is packed. An endpoint of another name than its model's keeps its model.
 *
 * @throws MODEL_NOT_FOUND, MODEL_VERSION_NOT_FOUND, VERSION_NOT_PACKED, or what deploying raises
 */
export async function loadModel(
  { context, endpoints, alias }: Repository,
  name: string,
  version?: string,
): Promise<void> {
  const recorded = await currentDeployment(context.store.database.sql, context.project, name);
  const model = recorded?.model ?? name;
  const release =
    version === undefined
      ? await defaultRelease(context, model, alias)
      : await resolveRelease(context, { model, version: versionNumber(model, version), reason: REASON });
  if (!EndpointName.safeParse(name).success)
    throw new AirworthyError('BAD_ARGUMENT', {
      message: `"${name}" cannot be an endpoint's name, which is kebab-case`,
      remedy: 'Deploy it to an endpoint of another name with `airworthy models deploy`.',
    });
  await endpoints.deploy(name, release);
}

function versionNumber(model: string, version: string): number {
  if (/^[1-9]\d{0,8}$/.test(version)) return Number(version);
  throw new AirworthyError('MODEL_VERSION_NOT_FOUND', {
    message: `model "${model}" has no version "${version.slice(0, 20)}"`,
  });
}

/**
 * The release that is meant where nobody names one: what the alias points at, else the newest version that is packed.
 *
 * @throws MODEL_NOT_FOUND, VERSION_NOT_PACKED
 */
export async function defaultRelease(
  context: Context,
  model: string,
  alias: string,
  reason = REASON,
): Promise<Release> {
  const champion = await findAlias(context, model, alias);
  const newest = await listModelVersions(context, model, { limit: LISTED_VERSIONS });
  const found = champion !== undefined && isPacked(champion) ? champion : newest.find(isPacked);
  if (found === undefined)
    throw new AirworthyError('VERSION_NOT_PACKED', {
      message: `model "${model}" has no version with a bundle`,
    });
  return { model, version: found.number, bundle: found.bundle!, reason };
}

/**
 * Ends what an endpoint serves. One that is registered and not served stays so.
 *
 * @throws MODEL_NOT_FOUND
 */
export async function unloadModel({ context, endpoints }: Repository, name: string): Promise<void> {
  if (endpoints.has(name)) return endpoints.undeploy(name, REASON);
  await listModelVersions(context, name, { limit: 1 });
}

/**
 * A load request's own files and configuration, which Triton takes: here a model's files come from the registry.
 *
 * @throws PROTOCOL_UNSUPPORTED that names the parameter
 */
export function refuseFiles(parameters: readonly string[]): void {
  const found = parameters.find((name) => name === 'config' || name.startsWith('file:'))?.slice(0, 100);
  if (found === undefined) return;
  throw new AirworthyError('PROTOCOL_UNSUPPORTED', {
    message: `load takes no ${found}: a model's files come from the registry`,
    at: found,
  });
}
