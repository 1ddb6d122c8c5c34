import { FAVORITE_SONG } from './favorite-song.ts';
import type { Household } from './household.ts';

/** What of a person was erased from the house. It says how much, never what. */
export interface HouseholdReceipt {
  /** Pseudonymous id. */
  profile: string;
  scope: 'everything' | 'one-preference';
  at: string;
  erased: readonly { what: string; count: number }[];
  /** The key that sealed all of it was destroyed: copies cannot be read either. */
  keyDestroyed: boolean;
  kept: readonly { what: string; why: string }[];
}

/**
 * Erases what the house has of a person, or one preference of theirs. Their profile stays, empty, with whether they are
 * a child and who their guardian is; `household.profiles.remove` takes that too.
 *
 * @example
 * const receipt = forgetProfile(household, { profile });
 */
export function forgetProfile(
  household: Household,
  { profile, key }: { profile: string; key?: string },
): HouseholdReceipt {
  return household.transaction(() =>
    key === undefined ? forgetAll(household, profile) : forgetOne(household, profile, key),
  );
}

function forgetOne(household: Household, profile: string, key: string): HouseholdReceipt {
  const { preferences, player } = household;
  const isFavorite = preferences.find(profile, key)?.key === FAVORITE_SONG;
  return {
    profile,
    scope: 'one-preference',
    at: household.now().toISOString(),
    erased: [
      { what: 'preferences', count: preferences.erase(profile, key) },
      // Else the next play would teach it again.
      { what: 'plays', count: isFavorite ? player.erase(profile) : 0 },
    ],
    keyDestroyed: false,
    kept: [],
  };
}

/** Cut off after the key is gone, the rows are back but nobody can read them; the next try erases them. */
function forgetAll(household: Household, profile: string): HouseholdReceipt {
  const erased = [
    { what: 'name', count: household.profiles.eraseName(profile) },
    { what: 'preferences', count: household.preferences.erase(profile) },
    { what: 'plays', count: household.player.erase(profile) },
    { what: 'notes', count: household.notes.erase(profile) },
    { what: 'list items', count: household.lists.erase(profile) },
    { what: 'timers', count: household.timers.erase(profile) },
    { what: 'transcripts', count: household.transcripts.erase(profile) },
    { what: 'replies of executed calls', count: household.executions.erase(profile) },
    { what: 'what lights were told, by whomever', count: household.lights.eraseAll() },
  ];
  return {
    profile,
    scope: 'everything',
    at: household.now().toISOString(),
    erased,
    keyDestroyed: household.destroyKey(profile),
    kept: [
      { what: 'profile', why: 'a pseudonym, whether it is a child, and who the guardian is' },
      { what: 'consents', why: 'who allowed what and when; no words of the person' },
    ],
  };
}
