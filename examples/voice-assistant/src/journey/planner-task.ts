import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Task, TaskOutput } from 'airworthy/evaluation';
import type { Planner } from '../planners/planner.ts';
import { PROJECT } from './run-airworthy.ts';
import type { Rung } from './rung.ts';

/** A rung's planner as the task of a suite. It is opened with the first case, so that loading the suite costs nothing. */
export function plannerTask(rung: Rung): Task {
  let opened: Promise<Planner> | undefined;
  return {
    name: nameOf(rung),
    digest: digestOf(rung),
    spec: { kind: 'planner', rung: rung.id, model: rung.model, authors: rung.authors.join(' ') },
    async run({ input }, { signal }) {
      opened ??= rung.open();
      return answerOf(await opened, input, signal);
    },
    async close() {
      await (await opened)?.close();
    },
  };
}

/** A planner's answer to a case, as suites take it. */
export async function answerOf(planner: Planner, input: unknown, signal: AbortSignal): Promise<TaskOutput> {
  const started = performance.now();
  const { calls, raw } = await planner.plan({ text: (input as { text: string }).text }, signal);
  return { value: raw, toolCalls: calls, latencyMs: performance.now() - started };
}

/** As runs and reports name it; names of tasks take no other signs. */
export function nameOf({ id, title }: Rung): string {
  return `${id} ${title}`.replaceAll(/[^\p{L}\p{N} ._:@/-]/gu, '');
}

function digestOf(rung: Rung): string {
  const digest = createHash('sha256').update(
    JSON.stringify([rung.id, rung.title, rung.change, rung.authors]),
  );
  for (const file of rung.files) digest.update(readFileSync(join(PROJECT, file)));
  return digest.digest('hex');
}
