import { CannotDo } from '../cannot-do.ts';
import type { Skill } from '../runnable-skill.ts';
import { dateIn, parseDay } from '../spoken/days.ts';
import { zoneOf } from '../spoken/places.ts';
import { words } from '../words.ts';

export const weather: Skill = {
  name: 'weather',
  description: 'Tells the weather forecast, here or at a place, now or on a day.',
  risk: 'read',
  parameters: {
    type: 'object',
    properties: {
      location: words('Town or country, as it was said.'),
      day: words('Which day or part of it: "tomorrow morning", "on friday".'),
    },
    required: [],
    additionalProperties: false,
  },
  examples: [
    { say: "what's the weather", arguments: {} },
    { say: 'will it rain in oslo tomorrow', arguments: { location: 'oslo', day: 'tomorrow' } },
  ],
  async answer({ location, day }, { household, timeZone, sources, signal }) {
    const place = location === undefined ? null : String(location);
    const zone = (place === null ? null : zoneOf(place)) ?? timeZone;
    const today = dateIn(zone, household.now());
    const date = parseDay(String(day ?? 'today'), today);
    if (date === null) throw new CannotDo(`i do not know which day ${day} is`);
    const forecast = await sources.weather.forecast({ place, date }, signal);
    return [place === null ? '' : `in ${place}`, day ?? '', forecast]
      .filter((part) => part !== '')
      .join(', ');
  },
};
