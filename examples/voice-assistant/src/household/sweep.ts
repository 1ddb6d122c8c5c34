import { EXECUTIONS_KEPT_MS } from './executions.ts';
import { PLAYS_KEPT_MS } from './player.ts';
import type { HouseholdStore } from './store.ts';

/** How much was deleted. */
export interface Swept {
  transcripts: number;
  preferences: number;
  plays: number;
  executions: number;
}

const UNLESS_ALLOWED = `profile NOT IN (
  SELECT profile FROM consents WHERE withdrawn_at IS NULL AND purpose = ?
)`;

/** Deletes what has outlived its time, and what stood on a consent that was withdrawn. */
export function sweep(store: HouseholdStore): Swept {
  const now = store.now().getTime();
  return store.transaction(() => ({
    transcripts: store.run(
      `DELETE FROM transcripts WHERE expires_at <= ? OR ${UNLESS_ALLOWED}`,
      now,
      'keep-transcript',
    ),
    preferences: store.run(
      `DELETE FROM preferences WHERE expires_at <= ? OR (source = 'inferred' AND ${UNLESS_ALLOWED})`,
      now,
      'personalise',
    ),
    plays: store.run(
      `DELETE FROM plays WHERE played_at <= ? OR ${UNLESS_ALLOWED}`,
      now - PLAYS_KEPT_MS,
      'personalise',
    ),
    executions: store.run('DELETE FROM executions WHERE executed_at <= ?', now - EXECUTIONS_KEPT_MS),
  }));
}
