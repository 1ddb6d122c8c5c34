import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { z } from 'zod';
import { AirworthyError } from '../../../kernel/errors.ts';
import type { ScorerEnvironment } from '../scorer-type.ts';

/** A JSON Schema, or a JSON file that has it. */
export const SchemaInput = z
  .union([z.record(z.string(), z.unknown()), z.boolean(), z.string().min(1)])
  .describe('A JSON Schema, or the path of a JSON file with one, relative to the suite.');

/** The schema itself. Throws SCORER_INVALID for a file that has none. */
export async function readSchema(
  input: z.infer<typeof SchemaInput>,
  { folder }: ScorerEnvironment,
): Promise<Record<string, unknown> | boolean> {
  if (typeof input !== 'string') return input;
  const file = resolve(folder, input.replace(/^file:\/\//, ''));
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
  } catch (cause) {
    throw new AirworthyError('SCORER_INVALID', {
      message: `${input} has no JSON Schema that can be read: ${cause instanceof Error ? cause.message : String(cause)}`,
      at: 'schema',
      cause,
    });
  }
}
