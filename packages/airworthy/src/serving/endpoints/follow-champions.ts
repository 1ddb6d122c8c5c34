import { findAlias, isPacked, type ServableVersion } from '../../registry/index.ts';
import type { Context } from '../../store/ports.ts';
import type { Deployment, Release } from '../schema.ts';
import type { Endpoints } from './endpoints.ts';
import { currentDeployments } from './record-deployment.ts';

const EVERY_MS = 1_000;
/** After a champion could not be put in place, wait this long before trying it again. */
const RETRY_MS = 30_000;

export interface ChampionWatch {
  /** One look at the record; what it finds is in place when it resolves. */
  check(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Watches the record for what other processes decide (a promotion, a rollback, a deploy) and puts it in place
 * here. A champion counts once, when it moves: an endpoint deployed by hand to another version stays there until
 * the next move.
 */
export function followChampions(
  context: Context,
  endpoints: Endpoints,
  { alias = 'champion', everyMs = EVERY_MS }: { alias?: string; everyMs?: number } = {},
): ChampionWatch {
  /** By endpoint: the champion's bundle when last looked at. */
  const seen = new Map<string, string | null | undefined>();
  /** By endpoint: the version without a bundle that was last told of. */
  const ignored = new Map<string, number>();
  const failed = new Map<string, { bundle: string; retryAt: number }>();
  let checking: Promise<void> | undefined;

  async function checkEndpoint(recorded: Deployment): Promise<void> {
    const { endpoint, model, startedAt } = recorded;
    const champion = await findPacked(endpoint, model);
    const before = seen.has(endpoint)
      ? seen.get(endpoint)
      : (await findAlias(context, model, alias, startedAt))?.bundle;
    const moved = champion !== undefined && champion.bundle !== before;
    const wanted = moved ? toRelease(champion, alias) : recorded;
    const placed = await putInPlace(endpoint, wanted);
    if (placed || !moved) seen.set(endpoint, champion?.bundle);
  }

  /** A client may point the alias at what nobody packed: said once, and what serves goes on. */
  async function findPacked(endpoint: string, model: string): Promise<ServableVersion | undefined> {
    const champion = await findAlias(context, model, alias);
    if (champion === undefined || isPacked(champion)) return champion;
    if (ignored.get(endpoint) !== champion.number)
      context.log.warn(
        { endpoint, model, version: champion.number },
        `${alias} is a version without a bundle: the endpoint goes on with what it serves`,
      );
    ignored.set(endpoint, champion.number);
    return undefined;
  }

  async function putInPlace(endpoint: string, wanted: Release): Promise<boolean> {
    const here = endpoints.status().find((status) => status.endpoint === endpoint);
    if (here?.deployment?.bundle === wanted.bundle) return true;
    const failure = failed.get(endpoint);
    if (failure?.bundle === wanted.bundle && performance.now() < failure.retryAt) return false;
    try {
      const { model, version, bundle, reason = '' } = wanted;
      await endpoints.deploy(endpoint, { model, version, bundle, reason });
      failed.delete(endpoint);
      return true;
    } catch (error) {
      failed.set(endpoint, { bundle: wanted.bundle, retryAt: performance.now() + RETRY_MS });
      context.log.error({ endpoint, error: String(error) }, 'the former release goes on');
      return false;
    }
  }

  async function checkAll(): Promise<void> {
    // Before the record is read: what was served then is on record, unless somebody undeployed it.
    const served = endpoints.status().filter(({ deployment }) => deployment !== null);
    const deployments = await currentDeployments(context.store.database.sql, context.project);
    const recorded = new Set(deployments.map(({ endpoint }) => endpoint));
    for (const { endpoint } of served)
      if (!recorded.has(endpoint)) await endpoints.undeploy(endpoint, 'undeployed by another process');
    for (const deployment of deployments) await checkEndpoint(deployment);
  }

  function check(): Promise<void> {
    checking ??= checkAll().finally(() => {
      checking = undefined;
    });
    return checking;
  }

  /** Said once, not every second, while a database stays away. */
  let trouble: string | undefined;
  const timer = setInterval(() => {
    check().then(
      () => {
        trouble = undefined;
      },
      (error) => {
        if (trouble !== String(error))
          context.log.error({ error: String(error) }, 'looking for champions failed');
        trouble = String(error);
      },
    );
  }, everyMs);
  timer.unref();
  return {
    check,
    async close() {
      clearInterval(timer);
      await checking?.catch(() => undefined);
    },
  };
}

function toRelease({ model, number, bundle }: ServableVersion, alias: string): Release {
  return { model, version: number, bundle, reason: `${alias} moved to version ${number}` };
}
