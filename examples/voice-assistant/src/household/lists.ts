import type { HouseholdStore } from './store.ts';

interface Entry {
  list: string;
  item: string;
}

/** Lists are the house's: everyone reads and adds. What a person added goes when they are forgotten. */
export class Lists {
  readonly #store: HouseholdStore;

  constructor(store: HouseholdStore) {
    this.#store = store;
  }

  add({ profile, list, item }: Entry & { profile: string }): void {
    this.#store.run(
      'INSERT INTO list_items (profile, entry, added_at) VALUES (?, ?, ?)',
      profile,
      this.#store.keys.seal(profile, JSON.stringify({ list, item })),
      this.#store.now().getTime(),
    );
  }

  /** Its items, oldest first. */
  read(list: string): string[] {
    return this.#entries(list).map(({ item }) => item);
  }

  /** How many items there were. */
  clear(list: string): number {
    const entries = this.#entries(list);
    for (const { id } of entries) this.#store.run('DELETE FROM list_items WHERE id = ?', id);
    return entries.length;
  }

  erase(profile: string): number {
    return this.#store.run('DELETE FROM list_items WHERE profile = ?', profile);
  }

  #entries(list: string): { id: number; item: string }[] {
    return this.#store.all('SELECT * FROM list_items ORDER BY id').flatMap((row) => {
      const sealed = this.#store.unseal(row, 'entry');
      const entry = sealed === null ? null : (JSON.parse(sealed) as Entry);
      return entry?.list === list ? [{ id: Number(row.id), item: entry.item }] : [];
    });
  }
}
