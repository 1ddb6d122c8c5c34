import { z } from 'zod';

export const ExportTarget = z.enum(['docker', 'kserve', 'triton']);
export type ExportTarget = z.infer<typeof ExportTarget>;

/** `export.json` of an exported folder: what it is of, and the digest of every other file in it. */
export const ExportRecord = z.strictObject({
  format: z.literal('airworthy-export/1'),
  to: ExportTarget,
  endpoint: z.string(),
  model: z.string(),
  version: z.int(),
  bundle: z.string().describe('Digest of the bundle.'),
  signer: z.string().describe('Id of the key that signed it.'),
  airworthy: z.string().describe('The version that exported it.'),
  checks: z
    .array(
      z.strictObject({ name: z.string(), outcome: z.enum(['ok', 'failed', 'skipped']), detail: z.string() }),
    )
    .describe('What was checked of the bundle on the way.'),
  files: z.array(z.strictObject({ path: z.string(), sha256: z.string(), size: z.int() })),
});
export type ExportRecord = z.infer<typeof ExportRecord>;
