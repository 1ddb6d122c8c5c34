// Tells the flight story and checks that it shows what it is to show: `npm run bench:flights` on all three million rows,
// written to bench/flights.md with its picture; `npm run story:flights` on the example's sample of a tenth, printed.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { drawStory } from './flights/draw-story.ts';
import { SCALES } from './flights/project.ts';
import { tellStory } from './flights/tell-story.ts';
import { writeStory } from './flights/write-story.ts';

const { values } = parseArgs({
  options: {
    sample: { type: 'boolean', default: false },
    /** A folder for flights.md and flights.svg. */
    out: { type: 'string' },
    /** Keeps the data folders, to look at with `airworthy up --data`. */
    keep: { type: 'string' },
  },
});

const home = values.keep ?? mkdtempSync(join(tmpdir(), 'airworthy-flights-'));
mkdirSync(home, { recursive: true });
try {
  const story = await tellStory(home, values.sample ? SCALES.sample : SCALES.all, (line) =>
    console.error(line),
  );
  const page = writeStory(story, 'flights.svg');
  console.log(page);
  const out = values.out ?? (values.sample ? undefined : import.meta.dirname);
  if (out !== undefined) {
    mkdirSync(out, { recursive: true });
    writeFileSync(join(out, 'flights.md'), page);
    writeFileSync(join(out, 'flights.svg'), drawStory(story.weeks, story.loop.report));
  }
  const missed = story.expectations.filter((expectation) => !expectation.holds);
  for (const { claim, because } of missed) console.error(`not shown: ${claim} (${because})`);
  process.exitCode = missed.length === 0 ? 0 : 1;
} finally {
  if (values.keep === undefined) rmSync(home, { recursive: true, force: true });
}
