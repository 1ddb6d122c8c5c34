import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync, truncateSync } from 'node:fs';
import type { Plan, Planner, PlanQuestion } from '../planner.ts';
import { versionOf } from '../version-of.ts';

interface Recording {
  /** Digest of who was asked what: the question itself is not written. */
  key: string;
  plan: Plan;
}

export interface RecordedOptions {
  /** JSON lines; one file a planner. */
  file: string;
  /** Asked for what is not on record yet. Where absent, only the file answers. */
  planner?: Planner;
}

/** The plans of a planner, asked once and on record from then on: what needs a model or an address is judged again without them. */
export function openRecordedPlanner({ file, planner }: RecordedOptions): Planner {
  const recordings = readRecordings(file);
  return {
    name: planner === undefined ? 'recorded' : `recorded ${planner.name}`,
    version: planner?.version ?? versionOf([...recordings.keys()]),
    async plan(question, signal) {
      const key = keyOf(question);
      const found = recordings.get(key);
      if (found !== undefined) return found;
      if (planner === undefined)
        throw new Error(
          `${file} has no answer to "${question.text.slice(0, 60)}": record it with the planner there (key ${key}).`,
        );
      const plan = await planner.plan(question, signal);
      appendFileSync(file, `${JSON.stringify({ key, plan })}\n`);
      recordings.set(key, plan);
      return plan;
    },
    close: async () => planner?.close(),
  };
}

function keyOf({ text, tools }: PlanQuestion): string {
  return createHash('sha256')
    .update(JSON.stringify([text, tools ?? null]))
    .digest('hex')
    .slice(0, 32);
}

/** A last line that a crash cut off is taken away: it is asked again. */
function readRecordings(file: string): Map<string, Plan> {
  if (!existsSync(file)) return new Map();
  const text = readFileSync(file, 'utf8');
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  if (whole.length < text.length) truncateSync(file, Buffer.byteLength(whole));
  const lines = whole.split('\n').slice(0, -1);
  return new Map(lines.map((line) => JSON.parse(line) as Recording).map(({ key, plan }) => [key, plan]));
}
