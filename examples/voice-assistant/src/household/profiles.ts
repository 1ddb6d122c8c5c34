import { randomBytes } from 'node:crypto';
import type { HouseholdStore, Row } from './store.ts';

export interface Profile {
  /** Pseudonymous: what traces and predictions know of a person. */
  id: string;
  minor: boolean;
  /** Who gives consent for a child. */
  guardian: string | null;
  /** As the house calls them; it leaves the household nowhere. */
  name: string | null;
  createdAt: Date;
}

export type NewProfile = { name?: string } & ({ minor?: false } | { minor: true; guardian: string });

/** Who lives here. Nobody is recognised by voice: who speaks is what the device says. */
export class Profiles {
  readonly #store: HouseholdStore;

  constructor(store: HouseholdStore) {
    this.#store = store;
  }

  /**
   * @example
   * const child = household.profiles.add({ name: 'mia', minor: true, guardian: parent.id });
   */
  add(profile: NewProfile): Profile {
    const minor = profile.minor === true;
    if (profile.minor && this.#byId(profile.guardian)?.minor !== false) {
      throw new Error(`"${profile.guardian}" cannot be a guardian: name the id of a grown up's profile`);
    }
    const id = `p-${randomBytes(6).toString('hex')}`;
    const name = profile.name === undefined ? null : this.#store.keys.seal(id, profile.name.toLowerCase());
    this.#store.run(
      'INSERT INTO profiles (id, minor, guardian, name, created_at) VALUES (?, ?, ?, ?, ?)',
      id,
      minor ? 1 : 0,
      profile.minor ? profile.guardian : null,
      name,
      this.#store.now().getTime(),
    );
    return this.#byId(id) as Profile;
  }

  list(): Profile[] {
    return this.#store.all('SELECT * FROM profiles ORDER BY created_at, rowid').map((row) => this.#read(row));
  }

  /** By id, or by the name the house has for them. */
  find(idOrName: string): Profile | null {
    const wanted = idOrName.toLowerCase();
    return this.#byId(idOrName) ?? this.list().find(({ name }) => name === wanted) ?? null;
  }

  /** Whoever speaks where no one is named: the first grown up of the house. */
  usual(): Profile {
    return this.#store.transaction(() => this.list().find(({ minor }) => !minor) ?? this.add({}));
  }

  /** A person for themselves, a guardian for their child. */
  mayDecideFor(actor: string, profile: string): boolean {
    const subject = this.#byId(profile);
    if (subject === null || this.#byId(actor) === null) return false;
    return subject.guardian === actor || actor === profile;
  }

  /** @returns how many names that were */
  eraseName(id: string): number {
    return this.#store.run('UPDATE profiles SET name = NULL WHERE id = ? AND name IS NOT NULL', id);
  }

  /** The profile itself; what it holds is erased by `forgetProfile`. */
  remove(id: string): void {
    this.#store.run('UPDATE profiles SET guardian = NULL WHERE guardian = ?', id);
    this.#store.run('DELETE FROM profiles WHERE id = ?', id);
  }

  #byId(id: string): Profile | null {
    const [row] = this.#store.all('SELECT * FROM profiles WHERE id = ?', id);
    return row === undefined ? null : this.#read(row);
  }

  #read(row: Row): Profile {
    return {
      id: String(row.id),
      minor: row.minor === 1,
      guardian: row.guardian === null ? null : String(row.guardian),
      name: this.#store.unseal({ ...row, profile: row.id }, 'name'),
      createdAt: new Date(Number(row.created_at)),
    };
  }
}
