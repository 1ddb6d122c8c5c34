import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../src/kernel/clock.ts';
import { createEvents } from '../src/kernel/events.ts';
import { createLogger } from '../src/kernel/logger.ts';
import { silentProgress } from '../src/kernel/progress.ts';
import { openStore } from '../src/store/open-store.ts';
import type { Context, Store } from '../src/store/ports.ts';

/** A real store in a temporary folder, removed when disposed: `await using context = testContext()`. */
export function testContext(): Context & AsyncDisposable {
  const folder = mkdtempSync(join(tmpdir(), 'airworthy-'));
  const store = openStore(folder);
  return {
    ...contextOf(store),
    async [Symbol.asyncDispose]() {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A silent context on a store that the caller closes. */
export function contextOf(store: Store): Context {
  return {
    project: 'test',
    actor: 'local',
    store,
    clock: systemClock,
    events: createEvents(),
    log: createLogger('silent'),
    progress: silentProgress,
  };
}
