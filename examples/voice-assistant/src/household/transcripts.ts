import type { Consents } from './consents.ts';
import type { Profiles } from './profiles.ts';
import type { HouseholdStore } from './store.ts';

const DAY_MS = 86_400_000;
const KEPT_DAYS = { adult: 7, minor: 1 } as const;

/** What was said, of those who allowed it, and not for long. Sound is not kept here at all. */
export class Transcripts {
  readonly #store: HouseholdStore;
  readonly #profiles: Profiles;
  readonly #consents: Consents;

  constructor(store: HouseholdStore, profiles: Profiles, consents: Consents) {
    this.#store = store;
    this.#profiles = profiles;
    this.#consents = consents;
  }

  /** @returns false where the person has not allowed it: nothing was kept */
  keep({ profile, traceId, text }: { profile: string; traceId: string; text: string }): boolean {
    if (!this.#consents.allows(profile, 'keep-transcript')) return false;
    const now = this.#store.now().getTime();
    const days = KEPT_DAYS[this.#profiles.find(profile)?.minor ? 'minor' : 'adult'];
    this.#store.run(
      'INSERT OR REPLACE INTO transcripts (trace_id, profile, text, kept_at, expires_at) VALUES (?, ?, ?, ?, ?)',
      traceId,
      profile,
      this.#store.keys.seal(profile, text),
      now,
      now + days * DAY_MS,
    );
    return true;
  }

  list(profile: string): { traceId: string; text: string; expiresAt: Date }[] {
    const now = this.#store.now().getTime();
    return this.#store
      .all('SELECT * FROM transcripts WHERE profile = ? AND expires_at > ? ORDER BY kept_at', profile, now)
      .flatMap((row) => {
        const text = this.#store.unseal(row, 'text');
        return text === null
          ? []
          : [{ traceId: String(row.trace_id), text, expiresAt: new Date(Number(row.expires_at)) }];
      });
  }

  erase(profile: string): number {
    return this.#store.run('DELETE FROM transcripts WHERE profile = ?', profile);
  }
}
