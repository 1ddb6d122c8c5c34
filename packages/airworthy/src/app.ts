import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { type Clock, createClockFrom, systemClock } from './kernel/clock.ts';
import { AirworthyError } from './kernel/errors.ts';
import { createEvents } from './kernel/events.ts';
import { createLogger, type Logger } from './kernel/logger.ts';
import { type Progress, silentProgress } from './kernel/progress.ts';
import type { Erasure, ForgetInput } from './lifecycle/forgetting/schema.ts';
import type { ImproveOptions, ImproveResult } from './lifecycle/improve/improve.ts';
import type { RehearseOptions } from './lifecycle/replay/rehearse.ts';
import type { ReplayPlanInput, ReplayReport } from './lifecycle/replay/schema.ts';
import type { ShipOptions, ShipResult } from './lifecycle/ship.ts';
import type { Monitor, WindowReport } from './monitoring/index.ts';
import { DATA_FOLDER, loadProject, type Project } from './project/load-project.ts';
import type {
  Endpoints,
  Gateway,
  PredictionObserver,
  RolloutSampler,
  RolloutWatch,
  Statistics,
} from './serving/index.ts';
import { openStore } from './store/open-store.ts';
import type { Context, Store } from './store/ports.ts';
import { readVirtualTime, requireRecordsInFolder } from './store/rehearsal-folder.ts';

export interface AppOptions {
  /** The project's folder, or one inside it. */
  folder: string;
  /** Takes a folder without a config for a project that only tracks, instead of refusing it. */
  tracks?: boolean;
  /** Where everything Airworthy keeps goes; `.airworthy` in the project where absent. */
  dataFolder?: string;
  /** `postgres://…`: keeps the records in PostgreSQL instead of in the data folder; see docs/store.md. */
  databaseUrl?: string;
  /** Who acts, as the records have it. */
  actor?: string;
  /** Where time comes from: the machine, or the virtual time of a rehearsal folder where absent. */
  clock?: Clock;
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
  /** Curate, retrain, judge, promote or keep: one turn of the loop, where a trigger asks for it. */
  improve(options?: ImproveOptions): Promise<ImproveResult>;
  /** A dataset as traffic, in a copy of the records: what the alerts and the loop would do. */
  replay(plan: ReplayPlanInput, options?: RehearseOptions): Promise<ReplayReport>;
  /** Erases a person from everything the data folder has on them, with a signed receipt. */
  forget(input: ForgetInput): Promise<Erasure>;
  /** Resolves when everything served so far is on disk, and no answer is kept in memory. */
  settle(): Promise<void>;
  /** What serves in this process: made on first call, with everything on record loaded. */
  endpoints(): Promise<Endpoints>;
  /** What they count in. */
  statistics(): Promise<Statistics>;
  /** Puts rollouts in place in this process and decides on them, from the first call on. */
  rollouts(): Promise<RolloutWatch>;
  /** Who calls language models for what serves and for those who ask; made on first call. */
  gateway(): Promise<Gateway>;
  /** What watches them; made on first call. */
  monitor(): Promise<Monitor>;
  /** Does what is due in monitoring, with everything that was served so far: windows, alerts, who is told. */
  watch(): Promise<WindowReport[]>;
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
  const loaded = await loadProject(options.folder, options);
  const dataFolder = options.dataFolder ?? join(loaded.folder, DATA_FOLDER);
  const project = quietInRehearsal(loaded, dataFolder);
  if (readVirtualTime(dataFolder) !== undefined) requireRecordsInFolder(options.databaseUrl);
  const store = openStore(dataFolder, { databaseUrl: options.databaseUrl });
  await store.database.ready().catch((error) => closeAndThrow(store, error));
  const context: Context = {
    project: project.name,
    actor: options.actor ?? 'local',
    store,
    clock: options.clock ?? clockOf(dataFolder),
    events: createEvents(),
    log: options.log ?? createLogger('warn'),
    progress: options.progress ?? silentProgress,
    ...(options.signal ? { signal: options.signal } : {}),
  };
  let endpoints: Promise<Endpoints> | undefined;
  let statistics: Promise<Statistics> | undefined;
  let sampler: Promise<RolloutSampler> | undefined;
  let rollouts: Promise<RolloutWatch> | undefined;
  let gateway: Promise<Gateway> | undefined;
  let monitor: Promise<Monitor> | undefined;
  const countedIn = () => {
    statistics ??= import('./serving/index.ts').then((serving) => serving.createStatistics(context.clock));
    return statistics;
  };
  const sampledIn = () => {
    sampler ??= import('./serving/index.ts').then((serving) => serving.createRolloutSampler(context));
    return sampler;
  };
  const calledBy = () => {
    gateway ??= startGateway(context, project);
    return gateway;
  };
  const startedMonitor = () => {
    monitor ??= startMonitor(context, project);
    return monitor;
  };
  const startedEndpoints = () => {
    endpoints ??= Promise.all([startedMonitor(), countedIn(), calledBy(), sampledIn()]).then(
      ([started, counter, models, samples]) =>
        startEndpoints(context, project, { monitor: started, counter, gateway: models, sampler: samples }),
    );
    return endpoints;
  };
  return createApp(context, project, options, {
    endpoints: startedEndpoints,
    rollouts() {
      rollouts ??= Promise.all([startedEndpoints(), sampledIn()]).then(([serving, samples]) =>
        startRollouts(context, project, serving, samples),
      );
      return rollouts;
    },
    statistics: countedIn,
    gateway: calledBy,
    monitor: startedMonitor,
    async watch() {
      const started = await startedMonitor();
      await endpoints?.then((serving) => serving.flush());
      return started.watch();
    },
    async settle() {
      await endpoints?.then((serving) => serving.flush());
      const models = await gateway;
      await models?.flush();
      await models?.forgetAnswers();
    },
    async close() {
      await rollouts?.then((started) => started.close());
      // What the endpoints still have to write, the monitor counts.
      await endpoints?.then((started) => started.close());
      await gateway?.then((started) => started.close());
      await monitor?.then((started) => started.close());
      await store.close();
    },
  });
}

/**
 * The app of a server for another piece of work: the same store and endpoints, the project's config as it is now.
 * Closing it closes nothing. Throws COMMAND_REFUSED where the options name another project folder or data folder.
 */
export async function shareApp(app: App, options: AppOptions): Promise<App> {
  const { store } = app.context;
  const project = quietInRehearsal(await loadProject(options.folder, options), store.folder);
  requireSameFolder('project', project.folder, app.project.folder);
  requireSameFolder('data', options.dataFolder ?? join(project.folder, DATA_FOLDER), store.folder);
  const { log, progress, signal } = { ...app.context, ...options };
  const context = { ...app.context, project: project.name, log, progress, ...(signal ? { signal } : {}) };
  const shared = createApp(context, project, options, {
    endpoints: () => app.endpoints(),
    rollouts: () => app.rollouts(),
    statistics: () => app.statistics(),
    gateway: () => app.gateway(),
    monitor: () => app.monitor(),
    watch: () => app.watch(),
    settle: () => app.settle(),
    close: async () => {},
  });
  const { address } = store.lock.holder();
  return address === null ? shared : { ...shared, servedAt: address };
}

function createApp(
  context: Context,
  project: Project,
  options: AppOptions,
  own: Pick<
    App,
    'endpoints' | 'rollouts' | 'statistics' | 'gateway' | 'monitor' | 'watch' | 'settle' | 'close'
  >,
): App {
  return {
    ...own,
    project,
    context,
    async ship(options = {}) {
      const { ship } = await import('./lifecycle/ship.ts');
      return ship(context, project, options);
    },
    async improve(options = {}) {
      const { improve } = await import('./lifecycle/improve/improve.ts');
      return improve(context, project, options);
    },
    async forget(input) {
      const { forgetSubject } = await import('./lifecycle/forgetting/forget-subject.ts');
      return forgetSubject(context, project, input, own);
    },
    async replay(plan, replayOptions = {}) {
      const { rehearse } = await import('./lifecycle/replay/rehearse.ts');
      requireRecordsInFolder(options.databaseUrl);
      return rehearse({ project, context }, plan, replayOptions, (dataFolder, clock) =>
        openApp({ ...options, log: quieter(context.log), dataFolder, clock }),
      );
    },
    [Symbol.asyncDispose]: own.close,
  };
}

/** What a rehearsal finds is reported at its end; on the way only what goes wrong is told. */
function quieter(log: Logger): Logger {
  return log.level === 'warn' ? log.child({}, { level: 'error' }) : log;
}

/** A rehearsal alarms nobody, and nobody is there to whom a version could be rolled out. */
function quietInRehearsal(project: Project, dataFolder: string): Project {
  if (readVirtualTime(dataFolder) === undefined) return project;
  const { config } = project;
  const monitoring = { ...config.monitoring, channels: [] };
  const serving = { ...config.serving, rollout: { ...config.serving.rollout, onShip: false } };
  return { ...project, config: { ...config, monitoring, serving } };
}

/** The time of a rehearsal goes on from where its replay left it. */
function clockOf(dataFolder: string): Clock {
  const virtualTime = readVirtualTime(dataFolder);
  return virtualTime === undefined ? systemClock : createClockFrom(virtualTime);
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

async function startMonitor(context: Context, project: Project): Promise<Monitor> {
  const { createMonitor } = await import('./monitoring/index.ts');
  return createMonitor(context, { config: project.config.monitoring });
}

async function startGateway(context: Context, { config }: Project): Promise<Gateway> {
  const { createGateway } = await import('./serving/index.ts');
  return createGateway(context, { config: config.serving.gateway, traces: config.tracking.traces });
}

async function startEndpoints(
  context: Context,
  project: Project,
  {
    monitor,
    counter,
    gateway,
    sampler,
  }: { monitor: Monitor; counter: Statistics; gateway: Gateway; sampler: RolloutSampler },
): Promise<Endpoints> {
  const { createEndpoints, joinObservers, observeRequests } = await import('./serving/index.ts');
  const { matchServed } = await import('./feedback/index.ts');
  const labels: PredictionObserver = {
    record: (sql, batch) => matchServed(context, sql, batch),
    settled() {},
    failed() {},
    shed() {},
  };
  const beside = [labels, sampler.observer];
  const observer = joinObservers(monitor.observer ? [monitor.observer, ...beside] : beside);
  const { serving, tracking } = project.config;
  const requests = observeRequests(context, counter, serving, tracking.traces);
  const endpoints = createEndpoints(context, { config: serving, observer, counter: requests, gateway });
  await endpoints.restore();
  const close = () => endpoints.close().finally(() => requests.close());
  return { ...endpoints, close };
}

async function startRollouts(
  context: Context,
  { config }: Project,
  endpoints: Endpoints,
  sampler: RolloutSampler,
): Promise<RolloutWatch> {
  const { followRollouts } = await import('./serving/index.ts');
  const { createOutcomeReader } = await import('./lifecycle/rollouts/read-outcomes.ts');
  const { readAlarm } = await import('./lifecycle/rollouts/read-alarm.ts');
  const { settleRolledOut } = await import('./lifecycle/improve/settle-rolled-out.ts');
  const watch = followRollouts(context, endpoints, {
    sampler,
    alias: config.registry.alias,
    retentionDays: config.serving.predictionLog.retentionDays,
    readOutcomes: createOutcomeReader(context),
    readAlarm: (endpoint) => readAlarm(context, endpoint),
  });
  let settling = Promise.resolve();
  const unsubscribe = context.events.on('rollout.changed', ({ endpoint, state }) => {
    if (state !== 'stable' && state !== 'retired') return;
    settling = settleRolledOut(context, { endpoint }).catch((error) =>
      context.log.error({ endpoint, error: String(error) }, 'the end of a rollout was not written down'),
    );
  });
  return {
    ...watch,
    async close() {
      await watch.close();
      unsubscribe();
      await settling;
    },
  };
}
