import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from './kernel/clock.ts';
import { AirworthyError } from './kernel/errors.ts';
import { createEvents } from './kernel/events.ts';
import { createLogger, type Logger } from './kernel/logger.ts';
import { type Progress, silentProgress } from './kernel/progress.ts';
import type { ShipOptions, ShipResult } from './lifecycle/ship.ts';
import { loadProject, type Project } from './project/load-project.ts';
import type { Endpoints } from './serving/index.ts';
import { openStore } from './store/open-store.ts';
import type { Context, Store } from './store/ports.ts';

export interface AppOptions {
  /** The project's folder, or one inside it. */
  folder: string;
  /** Where everything Airworthy keeps goes; `.airworthy` in the project where absent. */
  dataFolder?: string;
  /** `postgres://…`: keeps the records in PostgreSQL instead of in the data folder; see docs/store.md. */
  databaseUrl?: string;
  /** Who acts, as the records have it. */
  actor?: string;
  progress?: Progress;
  log?: Logger;
  signal?: AbortSignal;
}

/** A project with its store: what the command line, the server and a program of one's own work with. */
export interface App extends AsyncDisposable {
  readonly project: Project;
  readonly context: Context;
  /** Where the server listens that shares this app; absent where it is this process's own. */
  readonly servedAt?: string;
  /** data → training → evaluation → registry → serving: whatever is not done yet. */
  ship(options?: ShipOptions): Promise<ShipResult>;
  /** What serves in this process: made on first call, with everything on record loaded. */
  endpoints(): Promise<Endpoints>;
  /** Drains the endpoints and closes the store. */
  close(): Promise<void>;
}

/**
 * Opens a project and its data folder, creating the latter where there is none. Stages load when first used, so
 * that a command that only reads stays quick.
 *
 * @example
 * await using app = await openApp({ folder: 'examples/flight-delays' });
 * const { outcome } = await app.ship({ until: 'evaluation' });
 */
export async function openApp(options: AppOptions): Promise<App> {
  const project = await loadProject(options.folder);
  const store = openStore(options.dataFolder ?? join(project.folder, '.airworthy'), {
    databaseUrl: options.databaseUrl,
  });
  await store.database.ready().catch((error) => closeAndThrow(store, error));
  const context: Context = {
    project: project.name,
    actor: options.actor ?? 'local',
    store,
    clock: systemClock,
    events: createEvents(),
    log: options.log ?? createLogger('warn'),
    progress: options.progress ?? silentProgress,
    ...(options.signal ? { signal: options.signal } : {}),
  };
  let endpoints: Promise<Endpoints> | undefined;
  return createApp(context, project, {
    endpoints() {
      endpoints ??= startEndpoints(context, project);
      return endpoints;
    },
    async close() {
      await endpoints?.then((started) => started.close());
      await store.close();
    },
  });
}

/**
 * The app of a server for another piece of work: the same store and endpoints, the project's config as it is now.
 * Closing it closes nothing. Throws COMMAND_REFUSED where the options name another project folder or data folder.
 */
export async function shareApp(app: App, options: AppOptions): Promise<App> {
  const project = await loadProject(options.folder);
  const { store } = app.context;
  requireSameFolder('project', project.folder, app.project.folder);
  requireSameFolder('data', options.dataFolder ?? join(project.folder, '.airworthy'), store.folder);
  const { log, progress, signal } = { ...app.context, ...options };
  const context = { ...app.context, project: project.name, log, progress, ...(signal ? { signal } : {}) };
  const shared = createApp(context, project, { endpoints: () => app.endpoints(), close: async () => {} });
  const { address } = store.lock.holder();
  return address === null ? shared : { ...shared, servedAt: address };
}

function createApp(context: Context, project: Project, own: Pick<App, 'endpoints' | 'close'>): App {
  return {
    ...own,
    project,
    context,
    async ship(options = {}) {
      const { ship } = await import('./lifecycle/ship.ts');
      return ship(context, project, options);
    },
    [Symbol.asyncDispose]: own.close,
  };
}

function requireSameFolder(kind: 'project' | 'data', asked: string, own: string): void {
  if (existsSync(asked) && realpathSync(asked) === realpathSync(own)) return;
  throw new AirworthyError('COMMAND_REFUSED', {
    message: `the server has the ${kind} folder ${own}, not ${asked}`,
    facts: { [kind]: own, asked },
  });
}

async function closeAndThrow(store: Store, error: unknown): Promise<never> {
  await store.close();
  throw error;
}

async function startEndpoints(context: Context, project: Project): Promise<Endpoints> {
  const { createEndpoints } = await import('./serving/index.ts');
  const endpoints = createEndpoints(context, { config: project.config.serving });
  await endpoints.restore();
  return endpoints;
}
