interface Closable {
  close(): Promise<void>;
}

/**
 * Counts who uses a loaded release, so that a swap lets requests in flight finish on the one they began with
 * and whoever closes can wait for the last of them.
 */
export interface ReleaseHandle<Loaded extends Closable> {
  readonly loaded: Loaded;
  /** Holds the release until `release()`; each is to be called once. For what outlives one piece of work, such as a stream. */
  hold(): void;
  release(): void;
  /** Closes the release once no one uses it any more. Only for one that no new request can reach. */
  retire(): Promise<void>;
}

export function createReleaseHandle<Loaded extends Closable>(loaded: Loaded): ReleaseHandle<Loaded> {
  let users = 0;
  const waiting: (() => void)[] = [];
  return {
    loaded,
    hold() {
      users++;
    },
    release() {
      users--;
      if (users === 0) for (const resolve of waiting.splice(0)) resolve();
    },
    async retire() {
      if (users > 0) await new Promise<void>((resolve) => waiting.push(resolve));
      await loaded.close();
    },
  };
}
