import type { Skill } from './runnable-skill.ts';

export const stop: Skill = {
  name: 'stop',
  description: 'Ends what goes on: music, a story, a reply.',
  risk: 'reversible',
  parameters: { type: 'object', properties: {}, required: [], additionalProperties: false },
  examples: [
    { say: 'stop', arguments: {} },
    { say: 'be quiet', arguments: {} },
  ],
  act(_, { household }) {
    household.player.stop();
    return 'okay';
  },
};
