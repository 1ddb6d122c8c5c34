import type { ProjectInput } from './schema.ts';

/**
 * Gives `airworthy.config.ts` its types. The config is checked when a command loads the file, so that all its
 * mistakes are reported at once.
 *
 * @example
 * export default defineProject({ name: 'houses', data: { source: 'houses.csv', target: { name: 'price' } } });
 */
export function defineProject(config: ProjectInput): ProjectInput {
  return config;
}
