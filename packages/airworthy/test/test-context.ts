import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../src/kernel/clock.ts';
import { createEvents } from '../src/kernel/events.ts';
import { createLogger } from '../src/kernel/logger.ts';
import { silentProgress } from '../src/kernel/progress.ts';
import { openDatabase, openStore } from '../src/store/open-store.ts';
import type { Context, Database, Store } from '../src/store/ports.ts';
import { createSchemaNow } from './postgres-server.ts';

export interface TestContext extends Context, AsyncDisposable {
  /** The same database through connections of its own, as another process has it. */
  openDatabaseAgain(): Database;
}

/**
 * A real store in a temporary folder, removed when disposed: `await using context = testContext()`. Its records are in
 * SQLite, or in a schema of their own on the PostgreSQL server that AIRWORTHY_TEST_STAGES_ON names.
 */
export function testContext(): TestContext {
  const folder = mkdtempSync(join(tmpdir(), 'airworthy-'));
  const server = process.env.AIRWORTHY_TEST_STAGES_ON;
  const databaseUrl = server ? createSchemaNow(server) : undefined;
  const store = openStore(folder, { databaseUrl });
  return {
    ...contextOf(store),
    openDatabaseAgain: () => openDatabase(folder, databaseUrl),
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
