import type { HouseholdStore, Row } from './store.ts';

/** Timers that another process sets are noticed at least this often. */
const LOOK_AGAIN_MS = 60_000;

export interface Timer {
  id: number;
  profile: string;
  name: string | null;
  seconds: number;
  dueAt: Date;
}

/** Timers are kept on disk: one that was due while nothing ran goes off at the next start. */
export class Timers {
  readonly #store: HouseholdStore;
  readonly #rearm = new Set<() => void>();

  constructor(store: HouseholdStore) {
    this.#store = store;
  }

  set({ profile, seconds, name }: { profile: string; seconds: number; name: string | null }): void {
    this.#store.run(
      'INSERT INTO timers (profile, name, seconds, due_at) VALUES (?, ?, ?, ?)',
      profile,
      name === null ? null : this.#store.keys.seal(profile, name),
      seconds,
      this.#store.now().getTime() + seconds * 1000,
    );
    for (const rearm of this.#rearm) rearm();
  }

  /** The one that goes off next first. */
  running(): Timer[] {
    return this.#store.all('SELECT * FROM timers ORDER BY due_at, id').map((row) => this.#read(row));
  }

  cancel(id: number): void {
    this.#store.run('DELETE FROM timers WHERE id = ?', id);
  }

  erase(profile: string): number {
    return this.#store.run('DELETE FROM timers WHERE profile = ?', profile);
  }

  /**
   * Tells of each timer when it is due. It is crossed off after it was told of: a crash between the two tells it again.
   *
   * @returns ends the watch
   */
  watch(onDue: (timer: Timer) => void): () => void {
    let waiting: NodeJS.Timeout | undefined;
    const arm = (): void => {
      clearTimeout(waiting);
      const now = this.#store.now().getTime();
      const running = this.running();
      for (const timer of running.filter(({ dueAt }) => dueAt.getTime() <= now)) {
        onDue(timer);
        this.cancel(timer.id);
      }
      const next = running.find(({ dueAt }) => dueAt.getTime() > now);
      const wait = next === undefined ? LOOK_AGAIN_MS : next.dueAt.getTime() - now;
      waiting = setTimeout(arm, Math.min(wait, LOOK_AGAIN_MS));
      waiting.unref();
    };
    /** Not at once: who sets a timer may be inside a transaction. */
    const soon = (): void => {
      clearTimeout(waiting);
      waiting = setTimeout(arm, 0);
    };
    this.#rearm.add(soon);
    arm();
    return () => {
      this.#rearm.delete(soon);
      clearTimeout(waiting);
    };
  }

  #read(row: Row): Timer {
    return {
      id: Number(row.id),
      profile: String(row.profile),
      name: this.#store.unseal(row, 'name'),
      seconds: Number(row.seconds),
      dueAt: new Date(Number(row.due_at)),
    };
  }
}
