import type { ParameterSchema } from './skill.ts';

/** A parameter that takes words as they were said: `ten minutes`, not 600. The skill reads them when it runs. */
export function words(description: string, maxLength = 60): ParameterSchema {
  return { type: 'string', description, minLength: 1, maxLength };
}
