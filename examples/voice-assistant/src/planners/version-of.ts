import { createHash } from 'node:crypto';

/** Short, for reports and traces: it changes with what the answers depend on. */
export function versionOf(parts: unknown): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 12);
}
