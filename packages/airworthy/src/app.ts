import { join } from 'node:path';
import { systemClock } from './kernel/clock.ts';
import { createEvents } from './kernel/events.ts';
import { createLogger, type Logger } from './kernel/logger.ts';
import { type Progress, silentProgress } from './kernel/progress.ts';
import type { ShipOptions, ShipResult } from './lifecycle/ship.ts';
import { loadProject, type Project } from './project/load-project.ts';
import type { Endpoints } from './serving/index.ts';
import { openStore } from './store/open-store.ts';
import type { Context } from './store/ports.ts';

export interface AppOptions {
  /** The project's folder, or one inside it. */
  folder: string;
  /** Where everything Airworthy keeps goes; `.airworthy` in the project where absent. */
  dataFolder?: string;
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
  const store = openStore(options.dataFolder ?? join(project.folder, '.airworthy'));
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
  const app: App = {
    project,
    context,
    async ship(shipOptions = {}) {
      const { ship } = await import('./lifecycle/ship.ts');
      return ship(context, project, shipOptions);
    },
    endpoints() {
      endpoints ??= startEndpoints(context, project);
      return endpoints;
    },
    async close() {
      await endpoints?.then((started) => started.close());
      await store.close();
    },
    [Symbol.asyncDispose]: () => app.close(),
  };
  return app;
}

async function startEndpoints(context: Context, project: Project): Promise<Endpoints> {
  const { createEndpoints } = await import('./serving/index.ts');
  const endpoints = createEndpoints(context, { config: project.config.serving });
  await endpoints.restore();
  return endpoints;
}
