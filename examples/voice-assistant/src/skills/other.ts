import type { Skill } from './runnable-skill.ts';

export const other: Skill = {
  name: 'other',
  description: 'Nothing: what was said is not for the assistant, or nothing that it can do.',
  risk: 'read',
  parameters: { type: 'object', properties: {}, required: [], additionalProperties: false },
  examples: [
    { say: 'my alarm clock broke last year', arguments: {} },
    { say: 'order a pizza', arguments: {} },
  ],
  answer: () => '',
};
