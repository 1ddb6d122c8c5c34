import type { HouseholdStore } from './store.ts';

/** Notes are of whoever made them. What they say is read aloud, and is never taken for a command. */
export class Notes {
  readonly #store: HouseholdStore;

  constructor(store: HouseholdStore) {
    this.#store = store;
  }

  add({ profile, text }: { profile: string; text: string }): void {
    this.#store.run(
      'INSERT INTO notes (profile, text, added_at) VALUES (?, ?, ?)',
      profile,
      this.#store.keys.seal(profile, text),
      this.#store.now().getTime(),
    );
  }

  /** Oldest first. */
  read(profile: string): string[] {
    return this.#store
      .all('SELECT * FROM notes WHERE profile = ? ORDER BY id', profile)
      .flatMap((row) => this.#store.unseal(row, 'text') ?? []);
  }

  erase(profile: string): number {
    return this.#store.run('DELETE FROM notes WHERE profile = ?', profile);
  }
}
