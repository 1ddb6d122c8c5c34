import type { Skill } from './runnable-skill.ts';
import { evaluateExpression, speakNumber } from './spoken/expressions.ts';
import { words } from './words.ts';

export const math: Skill = {
  name: 'math',
  description: 'Calculates.',
  risk: 'read',
  parameters: {
    type: 'object',
    properties: {
      expression: words(
        'The calculation, as it was said: "twelve percent of eighty", "two to the power of ten".',
        120,
      ),
    },
    required: ['expression'],
    additionalProperties: false,
  },
  examples: [
    { say: "what's seven times nine", arguments: { expression: 'seven times nine' } },
    {
      say: 'calculate the square root of eighty one',
      arguments: { expression: 'the square root of eighty one' },
    },
  ],
  answer: ({ expression }) => speakNumber(evaluateExpression(String(expression))),
};
