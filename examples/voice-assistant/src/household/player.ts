import type { Track } from '../skills/music/catalogue.ts';
import type { Consents } from './consents.ts';
import { FAVORITE_SONG } from './favorite-song.ts';
import type { Preferences } from './preferences.ts';
import type { HouseholdStore } from './store.ts';

/** A song played so often in so many days is taken for a favorite. */
const PLAYS_OF_A_FAVORITE = 3;
export const PLAYS_KEPT_MS = 7 * 86_400_000;

interface Play {
  profile: string;
  track: Track;
  traceId: string;
}

/** What plays now, and, of those who allowed it, what they played in the last week. */
export class Player {
  readonly #store: HouseholdStore;
  readonly #consents: Consents;
  readonly #preferences: Preferences;

  constructor(store: HouseholdStore, consents: Consents, preferences: Preferences) {
    this.#store = store;
    this.#consents = consents;
    this.#preferences = preferences;
  }

  /** @returns true where the song has just become what is believed to be the favorite: to be said, once */
  play({ profile, track, traceId }: Play): boolean {
    const now = this.#store.now().getTime();
    this.#store.run(
      'INSERT OR REPLACE INTO playing (only, profile, track, since) VALUES (1, ?, ?, ?)',
      profile,
      this.#store.keys.seal(profile, JSON.stringify(track)),
      now,
    );
    if (!this.#consents.allows(profile, 'personalise')) return false;
    this.#store.run(
      'INSERT INTO plays (profile, song, trace_id, played_at) VALUES (?, ?, ?, ?)',
      profile,
      this.#store.keys.seal(profile, track.song),
      traceId,
      now,
    );
    return this.#learn(profile, track.song);
  }

  playing(): Track | null {
    const [row] = this.#store.all('SELECT * FROM playing');
    const sealed = row === undefined ? null : this.#store.unseal(row, 'track');
    return sealed === null ? null : (JSON.parse(sealed) as Track);
  }

  stop(): void {
    this.#store.run('DELETE FROM playing');
  }

  /** What was played, the evidence of a favorite, and what plays now. */
  erase(profile: string): number {
    this.#store.run('DELETE FROM playing WHERE profile = ?', profile);
    return this.#store.run('DELETE FROM plays WHERE profile = ?', profile);
  }

  #learn(profile: string, song: string): boolean {
    const known = this.#preferences.find(profile, FAVORITE_SONG);
    if (known?.source === 'stated') return false;
    const plays = this.#lastWeek(profile);
    const evidence = plays.filter((play) => play.song === song).map(({ traceId }) => traceId);
    if (evidence.length < PLAYS_OF_A_FAVORITE) return false;
    const isNew = known?.value !== song;
    const ofKnown = plays.filter((play) => play.song === known?.value).length;
    if (isNew && evidence.length <= ofKnown) return false;
    const confidence = evidence.length / plays.length;
    this.#preferences.infer(profile, { key: FAVORITE_SONG, value: song, evidence, confidence });
    return isNew;
  }

  #lastWeek(profile: string): { song: string; traceId: string }[] {
    const since = this.#store.now().getTime() - PLAYS_KEPT_MS;
    return this.#store
      .all('SELECT * FROM plays WHERE profile = ? AND played_at > ? ORDER BY id', profile, since)
      .flatMap((row) => {
        const song = this.#store.unseal(row, 'song');
        return song === null ? [] : [{ song, traceId: String(row.trace_id) }];
      });
  }
}
