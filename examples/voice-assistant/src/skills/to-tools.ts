import type { Tool } from '../planners/planner.ts';
import { SKILLS } from './registry.ts';

/** The skills as the OpenAI interface describes functions. */
export function toTools(): Tool[] {
  return SKILLS.map(({ name, description, parameters }) => ({
    type: 'function',
    function: {
      name,
      description,
      parameters: structuredClone(parameters) as Tool['function']['parameters'],
    },
  }));
}
