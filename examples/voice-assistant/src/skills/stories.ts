import type { Skill } from './runnable-skill.ts';
import { words } from './words.ts';

const USUAL_HERO = 'a small owl';

/** Ours, each around whoever it is told about. */
const STORIES: readonly ((hero: string) => string)[] = [
  (hero) =>
    `once upon a time there was ${hero}, and there was a hill that nobody had climbed. at the top stood a door ` +
    'without a house. behind the door it was always morning. since then the door stands open, and whoever is ' +
    'tired of the evening may go and look.',
  (hero) =>
    `this is the story of ${hero}. one night the moon fell into the well, and the whole village was sad. a rope, ` +
    'a bucket and much patience brought it up again. it was a little wet, but it has shone brighter ever since.',
  (hero) =>
    `there was ${hero}, and there was a very long winter. when the last candle was burnt, the neighbours brought ` +
    'what light they had: a lamp, a spark, a song. together it was enough until spring.',
  (hero) =>
    `long ago, ${hero} found a key that fitted no lock. it was carried over seven bridges and tried on seven ` +
    'gates. at last it opened a music box, and the music was the way home.',
];

export const story: Skill = {
  name: 'story',
  description: 'Tells a short story.',
  risk: 'read',
  parameters: {
    type: 'object',
    properties: { tale: words('Whom or what the story is about.', 120) },
    required: [],
    additionalProperties: false,
  },
  examples: [
    { say: 'tell me a story', arguments: {} },
    { say: 'tell me a story about two lost kittens', arguments: { tale: 'two lost kittens' } },
  ],
  answer({ tale }, { household }) {
    const hero = tale === undefined ? USUAL_HERO : String(tale);
    const day = Math.floor(household.now().getTime() / 86_400_000);
    return STORIES[(day + hero.length) % STORIES.length](hero);
  },
};
