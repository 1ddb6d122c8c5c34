import type { App } from '../../app.ts';
import { AirworthyError } from '../../kernel/errors.ts';
import { createFolderLock, type LockHolder } from '../../store/folder-lock.ts';
import { deliverJournal, tendCaptures } from '../../tracking/index.ts';
import type { Front } from './front.ts';
import { type OwnServer, openOwnServer } from './own-server.ts';
import type { RecordingMeans } from './recorded-command.ts';

const TICK_MS = 500;
const RETRY_MS = 100;
/** A command that is over sooner needs no server, unless it asks for one; others find the folder's holder by its address. */
const SERVER_AFTER_MS = 1_500;
/** How long the recorder stays for another process to let go of the data folder, in ms. */
const LAST_WAIT_MS = 10_000;
/** Ticks between two looks at what other recorders left. */
const TEND_EVERY = 20;
const ANSWER_MS = 30_000;

/** `waiting`: nobody can take it now. */
type DeliveryState = 'open' | 'ended' | 'waiting';

export interface DeliveryMeans {
  dataFolder: string;
  run: string;
  front: Front;
  /** Opens the project on the data folder; called once the folder is ours. */
  openApp(): Promise<App>;
  serve: RecordingMeans['serve'];
}

/**
 * Brings the journal into the store while the command runs: by the server that has the data folder, else in this
 * process, which then holds the folder and serves it. Whoever of them goes, another takes over.
 */
export interface Delivery {
  /** The command wants a server. */
  wake(): void;
  /** Brings in what the journal has by now. */
  now(): Promise<void>;
  /** After the last entry. Returns why the journal is left for who opens the folder next, or undefined. */
  finish(): Promise<string | undefined>;
}

export function createDelivery(means: DeliveryMeans): Delivery {
  const { dataFolder, run, front } = means;
  const began = performance.now();
  let app: App | undefined;
  let server: OwnServer | undefined;
  let steps = 0;
  let wanted = false;
  let last: Promise<unknown> = Promise.resolve();
  let underWay = 0;
  let stopped = false;

  async function deliver(): Promise<DeliveryState> {
    const holder = app === undefined ? await takeFolder() : undefined;
    if (app !== undefined) {
      const state = await deliverJournal(app.context, run);
      await serveWhenWanted(app);
      // Once at least, however short the command: nobody else may come to this folder.
      if (steps === 0 || (!stopped && steps % TEND_EVERY === 0)) await tendCaptures(app.context);
      steps += 1;
      return state === 'ended' ? 'ended' : 'open';
    }
    const state = holder === undefined ? 'waiting' : await askHolder(holder, run);
    front.lead(state === 'waiting' ? undefined : (holder?.address ?? undefined));
    return state;
  }

  /** Returns who has the folder, or opens the app on it where nobody does. */
  async function takeFolder(): Promise<LockHolder | undefined> {
    const lock = createFolderLock(dataFolder);
    try {
      const holder = lock.tryClaim();
      if (holder !== undefined) return holder;
      const opened = await means.openApp();
      // The folder stays this process's when the lock that was asked lets go.
      opened.context.store.lock.claim();
      app = opened;
      return undefined;
    } finally {
      lock.release();
    }
  }

  async function serveWhenWanted(opened: App): Promise<void> {
    if (server !== undefined || stopped) return;
    if (!wanted && performance.now() - began < SERVER_AFTER_MS) return;
    server = await openOwnServer(opened, means.serve);
    front.lead(server.address);
  }

  function step(): Promise<DeliveryState> {
    underWay += 1;
    const delivered = last
      .catch(() => {})
      .then(deliver)
      .finally(() => {
        underWay -= 1;
      });
    last = delivered;
    return delivered;
  }

  // Behind a holder that is slow to answer the ticks would queue up, and the end wait for all of them.
  const tick = () => {
    if (underWay === 0) void step().catch(() => {});
  };
  const timer = setInterval(tick, TICK_MS);
  void step().catch(() => {});

  return {
    wake() {
      if (wanted) return;
      wanted = true;
      void step().catch(() => {});
    },
    now: async () => void (await step()),
    async finish() {
      clearInterval(timer);
      stopped = true;
      const trouble = await lastTries();
      front.close();
      await server?.close().catch(() => {});
      await app?.close().catch(() => {});
      return trouble;
    },
  };

  async function lastTries(): Promise<string | undefined> {
    for (const deadline = performance.now() + LAST_WAIT_MS; ; ) {
      const outcome = await step().catch((error: unknown) => error);
      if (outcome === 'ended') return undefined;
      // What another process holds it lets go of; other faults stay.
      if (outcome instanceof Error && !isHeld(outcome)) return outcome.message;
      if (performance.now() > deadline) return `the data folder ${dataFolder} is in use`;
      await new Promise((settle) => setTimeout(settle, RETRY_MS));
    }
  }
}

function isHeld(error: unknown): boolean {
  return AirworthyError.is(error) && (error.code === 'WORK_UNDER_WAY' || error.code === 'ALREADY_SERVED');
}

async function askHolder({ address, token }: LockHolder, run: string): Promise<DeliveryState> {
  if (address === null) return 'waiting';
  try {
    const response = await fetch(`${address}/api/v1/runs/${run}/capture`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: '{}',
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    if (!response.ok) return 'waiting';
    const { state } = (await response.json()) as { state: DeliveryState };
    return state;
  } catch {
    return 'waiting';
  }
}
