import { light, lightColor } from './lights.ts';
import { listAdd, listClear, listRead } from './lists.ts';
import { math } from './math.ts';
import { forget, remember, whatDoYouKnow } from './memory.ts';
import { music } from './music/music.ts';
import { news } from './news/news.ts';
import { noteAdd, noteRead } from './notes.ts';
import { other } from './other.ts';
import type { Skill } from './runnable-skill.ts';
import { stop } from './stop.ts';
import { story } from './stories.ts';
import { time } from './time.ts';
import { timerCancel, timerCheck, timerSet } from './timers.ts';
import { weather } from './weather/weather.ts';

/** All that the assistant can do. Labels, tools, both grammars, the validators and SKILLS.md are made from this. */
export const SKILLS: readonly Skill[] = [
  weather,
  time,
  timerSet,
  timerCancel,
  timerCheck,
  light,
  lightColor,
  listAdd,
  listRead,
  listClear,
  noteAdd,
  noteRead,
  math,
  music,
  stop,
  news,
  story,
  remember,
  forget,
  whatDoYouKnow,
  other,
];

const BY_NAME: ReadonlyMap<string, Skill> = new Map(SKILLS.map((skill) => [skill.name, skill]));

export function findSkill(name: string): Skill | null {
  return BY_NAME.get(name) ?? null;
}
