import type { Skill } from './runnable-skill.ts';
import { words } from './words.ts';

const SAID = { on: 'on', off: 'off', dim: 'dimmed', bright: 'bright' } as const;
type LightState = keyof typeof SAID;

const ROOM = words('Which room, without article: "living room". All lights where it is absent.');

export const light: Skill = {
  name: 'light',
  description: 'Switches the lights of a room on or off, or makes them dim or bright.',
  risk: 'reversible',
  parameters: {
    type: 'object',
    properties: {
      state: {
        type: 'string',
        description: 'What the light should be.',
        enum: ['on', 'off', 'dim', 'bright'],
      },
      room: ROOM,
    },
    required: ['state'],
    additionalProperties: false,
  },
  examples: [
    { say: 'turn off the kitchen light', arguments: { state: 'off', room: 'kitchen' } },
    { say: 'lights on', arguments: { state: 'on' } },
    { say: 'it is too bright in here', arguments: { state: 'dim' } },
    { say: 'more light in the study', arguments: { state: 'bright', room: 'study' } },
  ],
  act({ state, room }, { household }) {
    const wanted = state as LightState;
    household.lights.switch(roomOf(room), wanted);
    return room === undefined ? `lights ${SAID[wanted]}` : `${room} light ${SAID[wanted]}`;
  },
};

export const lightColor: Skill = {
  name: 'light_color',
  description: 'Gives the lights of a room a color.',
  risk: 'reversible',
  parameters: {
    type: 'object',
    properties: { color: words('The color, as it was said: "warm white".'), room: ROOM },
    required: ['color'],
    additionalProperties: false,
  },
  examples: [
    { say: 'make the light blue', arguments: { color: 'blue' } },
    { say: 'i want warm white in the bedroom', arguments: { color: 'warm white', room: 'bedroom' } },
  ],
  act({ color, room }, { household }) {
    household.lights.paint(roomOf(room), String(color));
    return room === undefined ? `lights ${color}` : `${room} light ${color}`;
  },
};

function roomOf(room: string | true | undefined): string | null {
  return room === undefined ? null : String(room);
}
