import type { Profiles } from './profiles.ts';
import type { HouseholdStore, Row } from './store.ts';

/** What a person's words may be used for. Running the command needs no asking; everything else does. */
export const PURPOSES = ['run', 'keep-transcript', 'keep-audio', 'train', 'personalise'] as const;
export type Purpose = (typeof PURPOSES)[number];

/** Of a child these are not taken, whoever consents. */
const NEVER_OF_MINORS: ReadonlySet<Purpose> = new Set(['keep-audio', 'train']);

/** Version of the text that people agree to. */
export const CONSENT_TEXT = '1';

export interface Consent {
  id: number;
  profile: string;
  purpose: Purpose;
  textVersion: string;
  /** Who gave it: the person, or the guardian of a child. */
  actor: string;
  givenAt: Date;
  withdrawnAt: Date | null;
}

export interface ConsentAct {
  profile: string;
  purpose: Purpose;
  actor: string;
}

/** Who allowed what, when, and what they took back. Nothing is ever overwritten. */
export class Consents {
  readonly #store: HouseholdStore;
  readonly #profiles: Profiles;

  constructor(store: HouseholdStore, profiles: Profiles) {
    this.#store = store;
    this.#profiles = profiles;
  }

  /**
   * @example
   * household.consents.give({ profile: child.id, purpose: 'personalise', actor: parent.id });
   */
  give({ profile, purpose, actor }: ConsentAct): Consent {
    const subject = this.#profiles.find(profile);
    if (subject === null) throw new Error(`there is no profile "${profile}"`);
    const entitled = subject.minor ? subject.guardian === actor : actor === profile;
    if (!entitled) {
      const who = subject.minor ? `their guardian, ${subject.guardian ?? 'who is not known'}` : 'themselves';
      throw new Error(`${actor} cannot consent for ${profile}: that is for ${who}`);
    }
    if (subject.minor && NEVER_OF_MINORS.has(purpose)) {
      throw new Error(`"${purpose}" is not done with what children say, whoever consents`);
    }
    const standing = this.standing(profile, purpose);
    if (standing !== null) return standing;
    this.#store.run(
      'INSERT INTO consents (profile, purpose, text_version, actor, given_at) VALUES (?, ?, ?, ?, ?)',
      profile,
      purpose,
      CONSENT_TEXT,
      actor,
      this.#store.now().getTime(),
    );
    return this.standing(profile, purpose) as Consent;
  }

  /** The person themselves or their guardian may. What was kept under it goes with the next sweep. */
  withdraw({ profile, purpose, actor }: ConsentAct): boolean {
    if (!this.#profiles.mayDecideFor(actor, profile))
      throw new Error(`${actor} cannot decide for ${profile}`);
    const changed = this.#store.run(
      'UPDATE consents SET withdrawn_at = ?, withdrawn_by = ? WHERE profile = ? AND purpose = ? AND withdrawn_at IS NULL',
      this.#store.now().getTime(),
      actor,
      profile,
      purpose,
    );
    return changed > 0;
  }

  allows(profile: string, purpose: Purpose): boolean {
    return purpose === 'run' || this.standing(profile, purpose) !== null;
  }

  /** All purposes that a turn of this person may serve. */
  allowed(profile: string): ReadonlySet<Purpose> {
    return new Set(PURPOSES.filter((purpose) => this.allows(profile, purpose)));
  }

  standing(profile: string, purpose: Purpose): Consent | null {
    const [row] = this.#store.all(
      'SELECT * FROM consents WHERE profile = ? AND purpose = ? AND withdrawn_at IS NULL AND text_version = ?',
      profile,
      purpose,
      CONSENT_TEXT,
    );
    return row === undefined ? null : read(row);
  }

  history(profile: string): Consent[] {
    return this.#store.all('SELECT * FROM consents WHERE profile = ? ORDER BY id', profile).map(read);
  }
}

function read(row: Row): Consent {
  return {
    id: Number(row.id),
    profile: String(row.profile),
    purpose: row.purpose as Purpose,
    textVersion: String(row.text_version),
    actor: String(row.actor),
    givenAt: new Date(Number(row.given_at)),
    withdrawnAt: row.withdrawn_at === null ? null : new Date(Number(row.withdrawn_at)),
  };
}
