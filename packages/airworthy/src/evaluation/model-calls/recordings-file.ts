import { basename, dirname, join } from 'node:path';

/** `suites/support.eval.ts` is recorded in `suites/support.recordings.jsonl`. */
export function recordingsFileOf(suiteFile: string): string {
  const name = basename(suiteFile).replace(/\.eval\.[^.]+$|\.[^.]+$/, '');
  return join(dirname(suiteFile), `${name}.recordings.jsonl`);
}
