import type { App, AppOptions } from '../app.ts';
import type { LockHolder } from '../store/folder-lock.ts';
import { hasJournals } from '../store/journal-folder.ts';

/**
 * How a command that writes does so where a server has the data folder: `through server`, which runs it in this
 * process's stead, or `alone`, which is refused there.
 */
export type Writes = 'through server' | 'alone';

/** Where commands get their app from: a process of its own opens one, a server shares the one it has. */
export interface AppSource {
  open(options: AppOptions): Promise<App>;
  /** Throws where commands that write in this way do not run here. */
  admit(writes: Writes | undefined): void;
}

export const ownApps: AppSource = {
  open: async (options) => (await import('../app.ts')).openApp(options),
  admit() {},
};

/** Not a failure: the command is for the server to run that has the data folder. */
export class HeldByServer extends Error {
  readonly address: string;
  readonly token: string;
  readonly app: App;

  constructor({ token }: LockHolder, address: string, app: App) {
    super(`a server at ${address} has the data folder`);
    this.address = address;
    this.token = token;
    this.app = app;
  }
}

/** Whoever has the folder brings in what recorders left there. */
async function tendLeftovers({ context }: App): Promise<void> {
  if (!hasJournals(context.store.folder)) return;
  const { tendCaptures } = await import('../tracking/index.ts');
  await tendCaptures(context);
}

/** Takes the data folder for writing; throws HeldByServer where the command is to run through the server that has it. */
export async function claimFolder(app: App, writes: Writes | undefined): Promise<App> {
  const { lock } = app.context.store;
  const holder = lock.tryClaim();
  if (holder === undefined) {
    await tendLeftovers(app).catch(async (error: unknown) => {
      await app.close();
      throw error;
    });
    return app;
  }
  await app.close();
  if (writes === 'through server' && holder.address !== null) {
    throw new HeldByServer(holder, holder.address, app);
  }
  throw lock.refusal(holder);
}
