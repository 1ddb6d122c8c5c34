import { forgetProfile } from '../household/forget-profile.ts';
import { CannotDo } from './cannot-do.ts';
import type { Skill } from './runnable-skill.ts';
import { words } from './words.ts';

const READ_ALOUD = 5;

export const remember: Skill = {
  name: 'remember',
  description: 'Keeps a fact about the speaker.',
  risk: 'reversible',
  parameters: {
    type: 'object',
    properties: {
      key: words('What it is, without "my": "favorite color".', 60),
      value: words('What is to be kept, as it was said.', 120),
    },
    required: ['key', 'value'],
    additionalProperties: false,
  },
  examples: [
    { say: 'remember that my favorite color is green', arguments: { key: 'favorite color', value: 'green' } },
  ],
  act({ key, value }, { household, profile, traceId }) {
    if (!household.preferences.mayState(profile)) {
      throw new CannotDo('i may keep things about you when a grown up has allowed it');
    }
    household.preferences.state({ profile, key: String(key), value: String(value), traceId });
    return `i will remember that your ${key} is ${value}`;
  },
};

export const forget: Skill = {
  name: 'forget',
  description: 'Forgets one fact about the speaker, or, without a key, everything of theirs.',
  risk: 'irreversible',
  parameters: {
    type: 'object',
    properties: { key: words('What to forget, without "my".', 60) },
    required: [],
    additionalProperties: false,
  },
  examples: [
    { say: 'forget my favorite color', arguments: { key: 'favorite color' } },
    { say: 'forget everything about me', arguments: {} },
  ],
  question: ({ key }) =>
    key === undefined
      ? 'shall i forget everything about you, your notes and what you put on lists too'
      : `shall i forget your ${key}`,
  act({ key }, { household, profile }) {
    if (key === undefined) {
      forgetProfile(household, { profile });
      return 'i have forgotten everything about you';
    }
    const { erased } = forgetProfile(household, { profile, key: String(key) });
    if (erased.every(({ count }) => count === 0)) throw new CannotDo(`i did not know your ${key}`);
    return `i have forgotten your ${key}`;
  },
};

export const whatDoYouKnow: Skill = {
  name: 'what_do_you_know',
  description: 'Tells what is kept about the speaker.',
  risk: 'read',
  parameters: { type: 'object', properties: {}, required: [], additionalProperties: false },
  examples: [{ say: 'what do you know about me', arguments: {} }],
  answer(_, { household, profile }) {
    const known = household.preferences.list(profile);
    const notes = household.notes.read(profile).length;
    const facts = known.slice(0, READ_ALOUD).map(({ key, value, source }) => {
      return `your ${key} is ${value}${source === 'inferred' ? ', i think' : ''}`;
    });
    if (known.length > READ_ALOUD) facts.push(`and ${known.length - READ_ALOUD} more`);
    if (notes > 0) facts.push(`you have ${notes} ${notes === 1 ? 'note' : 'notes'}`);
    return facts.length === 0 ? 'i know nothing about you' : facts.join('. ');
  },
};
