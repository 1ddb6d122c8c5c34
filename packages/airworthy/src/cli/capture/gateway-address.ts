import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { personsUpstream } from './command-environment.ts';
import type { JournalWriter } from './journal-writer.ts';

/** Beside the journal: whoever serves the data folder reads it, and lets in who has the secret. */
const FILE = 'gateway.json';

/**
 * The address that the command's OpenAI clients are told, and where their calls go in the end. It holds a secret of this
 * run, because what such clients send as their key is the provider's.
 */
export function openGatewayAddress(
  { run, folder }: JournalWriter,
  front: string,
  environment: Readonly<Record<string, string | undefined>>,
): { url: string; upstream: string | undefined } {
  const secret = randomBytes(16).toString('hex');
  const upstream = personsUpstream(environment);
  writeFileSync(join(folder, FILE), JSON.stringify({ secret, upstream }), { mode: 0o600 });
  return { url: `${front}/run/${run}/${secret}/v1`, upstream };
}
