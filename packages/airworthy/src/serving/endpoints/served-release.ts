import { createReleaseQueue, type ReleaseQueue } from '../batching/release-queue.ts';
import { createDefaults } from '../records/fill-defaults.ts';
import type { LoadedRelease } from '../runtimes/load-release.ts';
import type { ServingConfig } from '../schema.ts';

/** A loaded release with what stands before it: the defaults that are filled in, and who waits for it. */
export interface ServedRelease extends LoadedRelease {
  /** Undefined where no field declares a default. */
  fillDefaults: ((value: unknown) => unknown) | undefined;
  queue: ReleaseQueue;
  close(): Promise<void>;
}

export function toServed(
  loaded: LoadedRelease,
  config: ServingConfig,
  isLoopLate: () => boolean,
): ServedRelease {
  return {
    ...loaded,
    fillDefaults: createDefaults(loaded.signature.fields),
    queue: createReleaseQueue(loaded.runtime, config.queue, isLoopLate),
    close: () => loaded.runtime.close(),
  };
}
