import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { personsUpstream } from './command-environment.ts';
import { createDetour } from './detour.ts';
import type { Front } from './front.ts';
import type { JournalWriter } from './journal-writer.ts';

/** Beside the journal: whoever serves the data folder reads it, and lets in who has the secret. */
const FILE = 'gateway.json';

/**
 * The address that the command's OpenAI clients are told, and where their calls go in the end. It holds a secret of this
 * run, because what such clients send as their key is the provider's. Undefined where it cannot be told to servers: then
 * the command calls as it would without us.
 */
export function openGatewayAddress({
  journal: { run, folder },
  front,
  environment,
  secret,
}: GatewayAddressOptions): { url: string; upstream: string | undefined } | undefined {
  const upstream = personsUpstream(environment);
  const url = `${front.url}/run/${run}/${secret}/v1`;
  try {
    writeFileSync(join(folder, FILE), JSON.stringify({ secret, upstream }), { mode: 0o600 });
  } catch {
    return undefined;
  }
  front.allow(createDetour(url, upstream));
  return { url, upstream };
}

export interface GatewayAddressOptions {
  journal: JournalWriter;
  front: Front;
  environment: Readonly<Record<string, string | undefined>>;
  /** Of 32 hexadecimal digits. */
  secret: string;
}

/** 128 bits that nobody guesses. */
export function newGatewaySecret(): string {
  return randomBytes(16).toString('hex');
}
