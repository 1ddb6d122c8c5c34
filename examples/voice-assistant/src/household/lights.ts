import type { HouseholdStore } from './store.ts';

/** Stands for every room. */
const ALL = '';

export interface Light {
  /** null: all lights of the house. */
  room: string | null;
  state: 'on' | 'off' | 'dim' | 'bright';
  color: string | null;
}

/** What the lights were last told. */
export class Lights {
  readonly #store: HouseholdStore;

  constructor(store: HouseholdStore) {
    this.#store = store;
  }

  switch(room: string | null, state: Light['state']): void {
    const rooms = room === null ? [ALL, ...this.list().flatMap((light) => light.room ?? [])] : [room];
    for (const each of rooms) {
      this.#store.run(
        'INSERT INTO lights (room, state, changed_at) VALUES (?, ?, ?) ' +
          'ON CONFLICT (room) DO UPDATE SET state = excluded.state, changed_at = excluded.changed_at',
        each,
        state,
        this.#store.now().getTime(),
      );
    }
  }

  /** A light that gets a color is on. */
  paint(room: string | null, color: string): void {
    this.#store.transaction(() => {
      this.switch(room, 'on');
      if (room === null) this.#store.run('UPDATE lights SET color = ?', color);
      else this.#store.run('UPDATE lights SET color = ? WHERE room = ?', color, room);
    });
  }

  /** What rooms were called are somebody's words, and the lights themselves know how they are. */
  eraseAll(): number {
    return this.#store.run('DELETE FROM lights');
  }

  list(): Light[] {
    return this.#store.all('SELECT * FROM lights ORDER BY room').map((row) => ({
      room: row.room === ALL ? null : String(row.room),
      state: row.state as Light['state'],
      color: row.color === null ? null : String(row.color),
    }));
  }
}
