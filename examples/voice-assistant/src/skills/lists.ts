import { CannotDo } from './cannot-do.ts';
import type { Skill } from './runnable-skill.ts';
import { words } from './words.ts';

const USUAL_LIST = 'shopping';
const MOST_ITEMS = 100;
/** More than this nobody wants to hear. */
const READ_ALOUD = 10;

const LIST = words(
  'Name of the list, without the word list: "packing". The shopping list where it is absent.',
);

export const listAdd: Skill = {
  name: 'list_add',
  description: 'Puts something on a list.',
  risk: 'reversible',
  parameters: {
    type: 'object',
    properties: { item: words('What goes on the list, as it was said.', 120), list: LIST },
    required: ['item'],
    additionalProperties: false,
  },
  examples: [
    { say: 'put milk on the list', arguments: { item: 'milk' } },
    { say: 'add a warm hat to the packing list', arguments: { item: 'a warm hat', list: 'packing' } },
  ],
  act({ item, list }, { household, profile }) {
    const name = listOf(list);
    if (household.lists.read(name).length >= MOST_ITEMS) throw new CannotDo(`the ${name} list is full`);
    household.lists.add({ profile, list: name, item: String(item) });
    return `${item} is on the ${name} list`;
  },
};

export const listRead: Skill = {
  name: 'list_read',
  description: 'Reads a list aloud.',
  risk: 'read',
  parameters: { type: 'object', properties: { list: LIST }, required: [], additionalProperties: false },
  examples: [
    { say: 'what do we need to buy', arguments: {} },
    { say: "what's on the packing list", arguments: { list: 'packing' } },
  ],
  answer({ list }, { household }) {
    const name = listOf(list);
    const items = household.lists.read(name);
    if (items.length === 0) return `the ${name} list is empty`;
    const more = items.length - READ_ALOUD;
    return `on the ${name} list: ${items.slice(0, READ_ALOUD).join(', ')}${more > 0 ? `, and ${more} more` : ''}`;
  },
};

export const listClear: Skill = {
  name: 'list_clear',
  description: 'Deletes everything on a list.',
  risk: 'irreversible',
  parameters: { type: 'object', properties: { list: LIST }, required: [], additionalProperties: false },
  examples: [
    { say: 'clear the list', arguments: {} },
    { say: 'empty the packing list', arguments: { list: 'packing' } },
  ],
  question: ({ list }) => `shall i delete everything on the ${listOf(list)} list`,
  act({ list }, { household }) {
    const name = listOf(list);
    const count = household.lists.clear(name);
    return count === 0 ? `the ${name} list was empty` : `the ${name} list is empty now`;
  },
};

function listOf(list: string | true | undefined): string {
  return list === undefined ? USUAL_LIST : String(list);
}
