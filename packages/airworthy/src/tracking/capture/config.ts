import { z } from 'zod';

const MEBIBYTE = 1024 ** 2;

/** A metric in lines that a program prints. */
const PrintedMetricPattern = z.strictObject({
  pattern: z
    .string()
    .max(1_000)
    .describe(
      'A regular expression (RE2) that is looked for in each line. Its named group `value` is the number, `key` the metric’s name, `step` its step; any other named group is a metric of that name.',
    ),
  key: z.string().max(250).optional().describe('The metric’s name, where the pattern has no group `key`.'),
});
export type PrintedMetricPattern = z.infer<typeof PrintedMetricPattern>;

/** What `airworthy run` keeps of a command, and how much. */
export const CaptureConfig = z.strictObject({
  environment: z
    .array(z.string().max(250))
    .max(1_000)
    .default([])
    .describe('Variables to record besides the usual ones; a name that looks secret is never recorded.'),
  untrackedBytes: z
    .int()
    .min(0)
    .default(50 * MEBIBYTE)
    .describe('Bytes of untracked files kept a run; beyond, they are listed with their digest.'),
  untrackedFileBytes: z
    .int()
    .min(0)
    .default(10 * MEBIBYTE)
    .describe('Largest untracked file kept.'),
  diffBytes: z
    .int()
    .min(0)
    .default(100 * MEBIBYTE)
    .describe('Largest uncommitted change kept; none is beyond 100 MiB.'),
  inputBytes: z
    .int()
    .min(0)
    .default(100 * MEBIBYTE)
    .describe('Largest file declared with --input that is kept; a larger one is on record by its digest.'),
  logBytes: z
    .int()
    .min(0)
    .default(64 * MEBIBYTE)
    .describe('Bytes of output kept a run; beyond, the output is counted.'),
  files: z.int().min(0).default(10_000).describe('Files read and written that are listed a run.'),
  digestBytes: z
    .int()
    .min(0)
    .default(1024 * MEBIBYTE)
    .describe(
      'Bytes of files read and written that are hashed a run; beyond, they are listed without digest.',
    ),
  printedMetrics: z.boolean().default(true).describe('Read metrics from what programs print.'),
  metrics: z
    .array(PrintedMetricPattern)
    .max(100)
    .default([])
    .describe('Patterns of metrics in printed lines, besides the usual forms.'),
});
export type CaptureConfig = z.infer<typeof CaptureConfig>;
