import type { SuiteDefinition } from './schema.ts';

/**
 * Gives a suite in `*.eval.ts` its types. It is checked when `airworthy evaluate` loads the file, so that its mistakes
 * are reported with the file's name before anything is called.
 *
 * @example
 * export default defineEval({
 *   name: 'greetings',
 *   dataset: [{ input: 'Ada', expected: 'Hello Ada' }],
 *   task: (name) => `Hello ${name}`,
 *   scorers: ['exact'],
 * });
 */
export function defineEval<Input, Expected>(
  suite: SuiteDefinition<Input, Expected>,
): SuiteDefinition<Input, Expected> {
  return suite;
}
