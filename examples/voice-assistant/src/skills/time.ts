import { CannotDo } from './cannot-do.ts';
import type { Skill } from './runnable-skill.ts';
import { zoneOf } from './spoken/places.ts';
import { words } from './words.ts';

export const time: Skill = {
  name: 'time',
  description: 'Tells what time it is, here or at a place.',
  risk: 'read',
  parameters: {
    type: 'object',
    properties: { location: words('Town or country, as it was said.') },
    required: [],
    additionalProperties: false,
  },
  examples: [
    { say: 'what time is it', arguments: {} },
    { say: 'what time is it in tokyo', arguments: { location: 'tokyo' } },
  ],
  answer({ location }, { household, timeZone }) {
    const zone = location === undefined ? timeZone : zoneOf(String(location));
    if (zone === null) throw new CannotDo(`i do not know where ${location} is`);
    const now = household.now();
    const clock = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      hour: '2-digit',
      minute: '2-digit',
    }).format(now);
    if (location === undefined) return `it is ${clock}`;
    const weekday = new Intl.DateTimeFormat('en-GB', { timeZone: zone, weekday: 'long' })
      .format(now)
      .toLowerCase();
    return `in ${location} it is ${clock} on ${weekday}`;
  },
};
