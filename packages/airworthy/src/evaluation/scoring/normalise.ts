import { z } from 'zod';

const Steps = z.strictObject({
  unicode: z.enum(['NFC', 'NFKC']).optional().describe('The form of Unicode that texts are brought into.'),
  case: z.literal('lower').optional().describe('Upper and lower case are the same.'),
  punctuation: z.literal('remove').optional().describe('Punctuation is left out.'),
  whitespace: z
    .literal('collapse')
    .optional()
    .describe('Any run of whitespace is one space; none at either end.'),
});

/** What is done to both texts before they are compared. */
export const Normalisation = z
  .union([z.boolean(), Steps])
  .default(false)
  .describe('Steps before texts are compared: none, some, or all of them (true, with NFKC).');

const EVERY_STEP: z.infer<typeof Steps> = {
  unicode: 'NFKC',
  case: 'lower',
  punctuation: 'remove',
  whitespace: 'collapse',
};

/**
 * @example
 * normaliser({ case: 'lower', whitespace: 'collapse' })('  New\n York'); // 'new york'
 */
export function normaliser(setting: z.infer<typeof Normalisation>): (text: string) => string {
  if (setting === false) return (text) => text;
  const steps = setting === true ? EVERY_STEP : setting;
  return (text) => {
    let changed = steps.unicode === undefined ? text : text.normalize(steps.unicode);
    if (steps.case !== undefined) changed = changed.toLowerCase();
    if (steps.punctuation !== undefined) changed = changed.replaceAll(/\p{P}/gu, '');
    if (steps.whitespace !== undefined) changed = changed.replaceAll(/\s+/g, ' ').trim();
    return changed;
  };
}
