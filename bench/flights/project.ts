import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

/** Five months of flights after the one that trains. */
export const FLIGHTS = 'npm:vega-datasets/data/flights-3m.parquet';
export const ENDPOINT = 'flight-delays';
/** When a flight has landed, in minutes after it left: its delay, its way at 480 miles an hour, and half an hour on the ground. */
export const LANDED = 'delay + distance / 8 + 30';
export const FEBRUARY = Date.UTC(2001, 1, 1);
export const JULY = Date.UTC(2001, 6, 1);
export const DAY_MS = 86_400_000;
export const WEEK_MS = 7 * DAY_MS;

/** How much of the story is told. */
export interface Scale {
  name: 'sample' | 'all';
  /** Candidates a search tries: a number of them, not a time, so that the story is the same on every machine. */
  trials: number;
}

export const SCALES: Record<Scale['name'], Scale> = {
  sample: { name: 'sample', trials: 2 },
  all: { name: 'all', trials: 2 },
};

/** A folder with the example's own config, but for the rows and the budget. */
export function makeStoryProject(home: string, { name, trials }: Scale): string {
  return writeProject(
    join(home, name),
    `const { sample, ...data } = flights.data;
export default defineProject({
  ...flights,
  data: ${name === 'sample' ? 'flights.data' : 'data'},
  ${settings(trials)},
});
`,
  );
}

/** The same project on prepared files, for rehearsals of faults. */
export function makeWatchProject(home: string, source: string): string {
  return writeProject(
    join(home, 'watch'),
    `const { sample, filters, ...data } = flights.data;
export default defineProject({
  ...flights,
  data: { ...data, source: ${JSON.stringify(source)} },
  ${settings(2)},
});
`,
  );
}

/** A cap in seconds would make the story depend on the machine. */
function settings(trials: number): string {
  return `training: { ...flights.training, learners: ['linear', 'boosting'], budget: { trials: ${trials}, seconds: 36_000 } }`;
}

function writeProject(folder: string, body: string): string {
  mkdirSync(folder, { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const config = join(ROOT, 'examples/flight-delays/airworthy.config.ts');
  writeFileSync(
    join(folder, 'airworthy.config.ts'),
    `import { defineProject } from 'airworthy';\nimport flights from ${JSON.stringify(config)};\n${body}`,
  );
  return folder;
}
