import type { Household } from '../household/household.ts';
import type { MusicCatalogue } from './music/catalogue.ts';
import type { NewsSource } from './news/news-source.ts';
import type { SkillDescription } from './skill.ts';
import type { WeatherSource } from './weather/weather-source.ts';

/** Where skills get what the household does not hold. */
export interface SkillSources {
  weather: WeatherSource;
  news: NewsSource;
  music: MusicCatalogue;
}

/** What a skill may know of the turn it runs in. */
export interface SkillContext {
  household: Household;
  /** Who speaks: a pseudonymous id. */
  profile: string;
  traceId: string;
  /** Time zone of the house, for times and days that name no place. */
  timeZone: string;
  sources: SkillSources;
  /** Aborted when the skill's time is up or the person interrupts. */
  signal: AbortSignal;
}

/** Arguments that the validators have passed. */
export type SkillArguments = Readonly<Record<string, string | true | undefined>>;

/**
 * A skill that reads may wait for its source. One that changes something does so at once, in one transaction of the
 * household, so that the same turn, sent twice or cut off, changes it once or not at all.
 */
export type Skill = SkillDescription &
  (
    | { risk: 'read'; answer(args: SkillArguments, context: SkillContext): string | Promise<string> }
    | { risk: 'reversible'; act(args: SkillArguments, context: SkillContext): string }
    | {
        risk: 'irreversible';
        /** What is asked before it is done. */
        question(args: SkillArguments): string;
        act(args: SkillArguments, context: SkillContext): string;
      }
  );
