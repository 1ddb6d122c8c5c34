/**
 * Counts who uses a loaded release, so that a swap lets requests in flight finish on the one they began with
 * and whoever closes can wait for the last of them.
 */
export interface ReleaseHandle<Loaded> {
  readonly loaded: Loaded;
  /** Runs `work` with the release held. */
  use<Result>(work: (loaded: Loaded) => Promise<Result>): Promise<Result>;
  /** Resolves when no one uses the release any more. */
  idle(): Promise<void>;
}

export function createReleaseHandle<Loaded>(loaded: Loaded): ReleaseHandle<Loaded> {
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
    idle: () => (users === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
  };
}
