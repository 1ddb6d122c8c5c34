import type { Consents } from './consents.ts';
import type { Executions } from './executions.ts';
import type { Lights } from './lights.ts';
import type { Lists } from './lists.ts';
import type { Notes } from './notes.ts';
import type { Player } from './player.ts';
import type { Preferences } from './preferences.ts';
import type { Profiles } from './profiles.ts';
import type { Swept } from './sweep.ts';
import type { Timers } from './timers.ts';
import type { Transcripts } from './transcripts.ts';

/** What a house keeps: on its own disk, sealed with each person's key, and nowhere else. */
export interface Household {
  readonly profiles: Profiles;
  readonly consents: Consents;
  readonly preferences: Preferences;
  readonly lists: Lists;
  readonly notes: Notes;
  readonly timers: Timers;
  readonly lights: Lights;
  readonly player: Player;
  readonly transcripts: Transcripts;
  readonly executions: Executions;
  now(): Date;
  /** All of it or nothing. */
  transaction<Result>(work: () => Result): Result;
  /** Destroys the key of a profile: what was sealed with it can never be read again. */
  destroyKey(profile: string): boolean;
  /** Deletes what has outlived its time or its consent. */
  sweep(): Swept;
  close(): void;
}
