import { z } from 'zod';
import { RedactionConfig } from '../redaction/config.ts';

const PricePerMillion = z.number().min(0).max(100_000);

/** What a model costs, in US dollars a million tokens. */
export const ModelPrice = z.strictObject({
  input: PricePerMillion.describe('Dollars a million input tokens.'),
  output: PricePerMillion.default(0).describe('Dollars a million output tokens.'),
  cached: PricePerMillion.optional().describe(
    'Dollars a million input tokens read from a cache; `input` if absent.',
  ),
});
export type ModelPrice = z.output<typeof ModelPrice>;

/** `tracking.traces` of a project's config. */
export const TracesConfig = z.strictObject({
  experiment: z
    .string()
    .min(1)
    .max(500)
    .default('Default')
    .describe('Where traces go whose client names no experiment (header `x-mlflow-experiment-id`).'),
  payloads: z
    .strictObject({
      capture: z
        .boolean()
        .default(true)
        .describe(
          'Keeps prompts, completions, inputs, outputs and tool arguments; `false` drops them before the disk.',
        ),
      maximumBytes: z
        .int()
        .min(1_024)
        .max(16 << 20)
        .default(262_144)
        .describe('Longest value of an attribute; what is beyond is cut off, and counted.'),
    })
    .prefault({})
    .describe('What is kept of what went in and came out.'),
  redact: RedactionConfig.prefault({}).describe('What is taken out of texts before they are stored.'),
  retentionDays: z
    .number()
    .positive()
    .max(36_500)
    .optional()
    .describe('Traces that began longer ago than this go, while a server runs; kept for good where absent.'),
  prices: z
    .record(z.string().min(1).max(250), ModelPrice)
    .default({})
    .describe('Prices by model, beside or instead of the built-in ones.'),
});
export type TracesConfig = z.output<typeof TracesConfig>;
