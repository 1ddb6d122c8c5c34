interface Closable {
  close(): Promise<void>;
}

/**
 * Counts who uses a loaded release, so that a swap lets requests in flight finish on the one they began with
 * and whoever closes can wait for the last of them.
 */
export interface ReleaseHandle<Loaded extends Closable> {
  readonly loaded: Loaded;
  /** Runs `work` with the release held. */
  use<Result>(work: (loaded: Loaded) => Promise<Result>): Promise<Result>;
  /** Closes the release once no one uses it any more. Only for one that no new request can reach. */
  retire(): Promise<void>;
}

export function createReleaseHandle<Loaded extends Closable>(loaded: Loaded): ReleaseHandle<Loaded> {
  let users = 0;
  const waiting: (() => void)[] = [];
  return {
    loaded,
    async use(work) {
      users++;
      try {
        return await work(loaded);
      } finally {
        users--;
        if (users === 0) for (const resolve of waiting.splice(0)) resolve();
      }
    },
    async retire() {
      if (users > 0) await new Promise<void>((resolve) => waiting.push(resolve));
      await loaded.close();
    },
  };
}
