import type { HouseholdStore } from './store.ts';

export const EXECUTIONS_KEPT_MS = 7 * 86_400_000;

/** What a skill said that has run. */
export interface Executed {
  outcome: 'done' | 'cannot';
  reply: string;
}

export interface ExecutionKey {
  traceId: string;
  /** Which call of the turn. */
  callIndex: number;
  profile: string;
}

/** Which calls have been run, so that a turn that is sent again, or was cut off, acts once. */
export class Executions {
  readonly #store: HouseholdStore;

  constructor(store: HouseholdStore) {
    this.#store = store;
  }

  /** Runs it and notes that it ran in one transaction; if it ran before, gives what it said then. */
  once({ traceId, callIndex, profile }: ExecutionKey, act: () => Executed): Executed & { repeated: boolean } {
    return this.#store.transaction(() => {
      const [row] = this.#store.all(
        'SELECT * FROM executions WHERE trace_id = ? AND call_index = ?',
        traceId,
        callIndex,
      );
      if (row !== undefined) {
        const reply = this.#store.unseal(row, 'reply') ?? '';
        return { outcome: row.outcome as Executed['outcome'], reply, repeated: true };
      }
      const executed = act();
      this.#store.run(
        'INSERT INTO executions (trace_id, call_index, profile, reply, outcome, executed_at) VALUES (?, ?, ?, ?, ?, ?)',
        traceId,
        callIndex,
        profile,
        this.#store.keys.seal(profile, executed.reply),
        executed.outcome,
        this.#store.now().getTime(),
      );
      return { ...executed, repeated: false };
    });
  }

  erase(profile: string): number {
    return this.#store.run('DELETE FROM executions WHERE profile = ?', profile);
  }
}
