import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Forgotten } from '../assistant/forget-person.ts';

const PROGRAM = join(import.meta.dirname, '../../bin/airworthy-assistant.mjs');

export interface ForgetCommand {
  url: string;
  householdFolder: string;
}

/** `airworthy-assistant forget NAME --yes`, as a person runs it; gives both receipts. */
export async function forgetByCommand(
  name: string,
  { url, householdFolder }: ForgetCommand,
): Promise<Forgotten> {
  const args = [...process.execArgv, PROGRAM, 'forget', name, '--yes', '--json'];
  const child = spawn(process.execPath, args, {
    env: { ...process.env, AIRWORTHY_URL: url, ASSISTANT_HOUSEHOLD: householdFolder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [printed, complained] = await Promise.all([text(child.stdout), text(child.stderr)]);
  if (printed.trim() === '') throw new Error(`forgetting ${name}: ${complained.trim()}`);
  return JSON.parse(printed) as Forgotten;
}
