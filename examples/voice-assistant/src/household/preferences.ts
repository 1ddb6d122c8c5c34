import type { Consents } from './consents.ts';
import type { Profiles } from './profiles.ts';
import type { HouseholdStore, Row } from './store.ts';

const DAY_MS = 86_400_000;
/** What was inferred and does not show again is dropped. */
const INFERRED_DAYS = { adult: 90, minor: 30 } as const;
/** Traces that speak for a preference; the newest. */
const MOST_EVIDENCE = 10;

export interface Preference {
  key: string;
  value: string;
  /** Said by the person, or concluded from what they do. */
  source: 'stated' | 'inferred';
  /** Traces of the turns that it comes from. */
  evidence: readonly string[];
  count: number;
  lastSeen: Date;
  /** 1 where it was said. */
  confidence: number;
  expiresAt: Date | null;
  /** The consent to personalise that it stands on; null where the person asked to have it kept. */
  consentId: number | null;
}

/**
 * What is known about each person. Skills look it up when they run, so it is in no model and in no prompt, and what is
 * forgotten here is forgotten.
 */
export class Preferences {
  readonly #store: HouseholdStore;
  readonly #profiles: Profiles;
  readonly #consents: Consents;

  constructor(store: HouseholdStore, profiles: Profiles, consents: Consents) {
    this.#store = store;
    this.#profiles = profiles;
    this.#consents = consents;
  }

  /** A child's guardian has to allow it; a grown up asks for it by saying it. */
  mayState(profile: string): boolean {
    return this.#profiles.find(profile)?.minor !== true || this.#consents.allows(profile, 'personalise');
  }

  state({
    profile,
    key,
    value,
    traceId,
  }: {
    profile: string;
    key: string;
    value: string;
    traceId: string;
  }): void {
    this.#replace(profile, {
      key: plainKey(key),
      value,
      source: 'stated',
      evidence: [traceId],
      count: 1,
      lastSeen: this.#store.now(),
      confidence: 1,
      expiresAt: null,
      consentId: this.#consents.standing(profile, 'personalise')?.id ?? null,
    });
  }

  /** What a person said stands, whatever they do. */
  infer(
    profile: string,
    { key, value, evidence, confidence }: Pick<Preference, 'key' | 'value' | 'evidence' | 'confidence'>,
  ): void {
    const consent = this.#consents.standing(profile, 'personalise');
    if (consent === null || this.find(profile, key)?.source === 'stated') return;
    const days = INFERRED_DAYS[this.#profiles.find(profile)?.minor ? 'minor' : 'adult'];
    this.#replace(profile, {
      key: plainKey(key),
      value,
      source: 'inferred',
      evidence: evidence.slice(-MOST_EVIDENCE),
      count: evidence.length,
      lastSeen: this.#store.now(),
      confidence,
      expiresAt: new Date(this.#store.now().getTime() + days * DAY_MS),
      consentId: consent.id,
    });
  }

  find(profile: string, key: string): Preference | null {
    return this.list(profile).find((preference) => preference.key === plainKey(key)) ?? null;
  }

  list(profile: string): Preference[] {
    return this.#rows(profile).map(({ preference }) => preference);
  }

  /** One of them, or all. How many there were. */
  erase(profile: string, key?: string): number {
    if (key === undefined) return this.#store.run('DELETE FROM preferences WHERE profile = ?', profile);
    const ids = this.#rows(profile).filter(({ preference }) => preference.key === plainKey(key));
    for (const { id } of ids) this.#store.run('DELETE FROM preferences WHERE id = ?', id);
    return ids.length;
  }

  #rows(profile: string): { id: number; preference: Preference }[] {
    return this.#store
      .all(
        'SELECT * FROM preferences WHERE profile = ? AND (expires_at IS NULL OR expires_at > ?) ORDER BY id',
        profile,
        this.#store.now().getTime(),
      )
      .flatMap((row) => {
        const fact = this.#store.unseal(row, 'fact');
        return fact === null ? [] : [{ id: Number(row.id), preference: read(row, fact) }];
      });
  }

  #replace(profile: string, preference: Preference): void {
    this.#store.transaction(() => {
      this.erase(profile, preference.key);
      const { key, value, source, evidence, count, lastSeen, confidence, expiresAt, consentId } = preference;
      this.#store.run(
        'INSERT INTO preferences (profile, fact, source, evidence, count, last_seen, confidence, expires_at, consent) ' +
          'VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
        profile,
        this.#store.keys.seal(profile, JSON.stringify({ key, value })),
        source,
        JSON.stringify(evidence),
        count,
        lastSeen.getTime(),
        confidence,
        expiresAt?.getTime() ?? null,
        consentId,
      );
    });
  }
}

function read(row: Row, fact: string): Preference {
  return {
    ...(JSON.parse(fact) as { key: string; value: string }),
    source: row.source as Preference['source'],
    evidence: JSON.parse(String(row.evidence)) as string[],
    count: Number(row.count),
    lastSeen: new Date(Number(row.last_seen)),
    confidence: Number(row.confidence),
    expiresAt: row.expires_at === null ? null : new Date(Number(row.expires_at)),
    consentId: row.consent === null ? null : Number(row.consent),
  };
}

/** "my favourite  Song" is "favorite song". */
function plainKey(key: string): string {
  return key
    .toLowerCase()
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replace(/^(my|the) /, '')
    .replaceAll('favourite', 'favorite');
}
