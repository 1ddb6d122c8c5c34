import { sha256 } from '../../kernel/ids.ts';
import type { Terminal } from '../terminal.ts';

/** Tells databases apart without telling their passwords; null for the one in the data folder. */
export function databaseDigest({ env }: Terminal): string | null {
  return env.AIRWORTHY_DATABASE ? sha256(env.AIRWORTHY_DATABASE) : null;
}
