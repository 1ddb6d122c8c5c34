import type { Chapter } from './chapter.ts';
import { tellBfcl } from './tell-bfcl.ts';
import { tellFaultyData } from './tell-faulty-data.ts';
import { tellJourney } from './tell-journey.ts';
import { tellPrivacy } from './tell-privacy.ts';
import { tellProduction } from './tell-production.ts';
import { tellSplits } from './tell-splits.ts';
import { tellSpoken } from './tell-spoken.ts';
import { tellTurn } from './tell-turn.ts';

/** The story, chapter by chapter, by the names that `--only` takes. */
export const CHAPTERS: Readonly<Record<string, Chapter>> = {
  faulty: tellFaultyData,
  journey: tellJourney,
  splits: tellSplits,
  spoken: tellSpoken,
  bfcl: tellBfcl,
  turn: tellTurn,
  production: tellProduction,
  privacy: tellPrivacy,
};
