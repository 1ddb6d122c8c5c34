import { Consents } from './consents.ts';
import { Executions } from './executions.ts';
import type { Household } from './household.ts';
import { Lights } from './lights.ts';
import { Lists } from './lists.ts';
import { Notes } from './notes.ts';
import { Player } from './player.ts';
import { Preferences } from './preferences.ts';
import { Profiles } from './profiles.ts';
import { HouseholdStore } from './store.ts';
import { sweep } from './sweep.ts';
import { Timers } from './timers.ts';
import { Transcripts } from './transcripts.ts';

/**
 * Opens the household of a folder, made where there is none. Several processes may have it open.
 *
 * @param clock for tests
 *
 * @example
 * const household = openHousehold('.assistant/household');
 * const { id } = household.profiles.usual();
 */
export function openHousehold(folder: string, clock: () => Date = () => new Date()): Household {
  const store = new HouseholdStore(folder, clock);
  const profiles = new Profiles(store);
  const consents = new Consents(store, profiles);
  const preferences = new Preferences(store, profiles, consents);
  return {
    profiles,
    consents,
    preferences,
    lists: new Lists(store),
    notes: new Notes(store),
    timers: new Timers(store),
    lights: new Lights(store),
    player: new Player(store, consents, preferences),
    transcripts: new Transcripts(store, profiles, consents),
    executions: new Executions(store),
    now: clock,
    transaction: (work) => store.transaction(work),
    destroyKey: (profile) => store.keys.destroy(profile),
    sweep: () => sweep(store),
    close: () => store.close(),
  };
}
