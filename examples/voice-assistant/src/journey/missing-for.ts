import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from './run-airworthy.ts';
import type { Rung } from './rung.ts';

/** Why a rung cannot be judged here, with what to do; undefined where it can. */
export function missingFor({ files, needs }: Rung): string | undefined {
  const missing = files.filter((file) => !existsSync(join(PROJECT, file)));
  if (missing.length > 0) return `${missing.join(' and ')} is not here: train it with --train PYTHON`;
  return needs?.();
}
