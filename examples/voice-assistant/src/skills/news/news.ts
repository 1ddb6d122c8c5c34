import type { Skill } from '../runnable-skill.ts';
import { words } from '../words.ts';

const READ_ALOUD = 3;

export const news: Skill = {
  name: 'news',
  description: 'Reads the headlines, all or those about a topic.',
  risk: 'read',
  parameters: {
    type: 'object',
    properties: { topic: words('What the news should be about.', 120) },
    required: [],
    additionalProperties: false,
  },
  examples: [
    { say: "what's in the news", arguments: {} },
    { say: 'any news about football', arguments: { topic: 'football' } },
  ],
  async answer({ topic }, { sources, signal }) {
    const headlines = await sources.news.headlines(topic === undefined ? null : String(topic), signal);
    return headlines.length === 0 ? 'there is no news' : headlines.slice(0, READ_ALOUD).join('. ');
  },
};
