import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drawStory } from './draw-story.ts';
import { SCALES, type Scale } from './project.ts';
import { tellStory } from './tell-story.ts';
import { writeStory } from './write-story.ts';

export interface StoryOptions {
  /** A folder for flights.md and flights.svg; only printed where absent. */
  out?: string | undefined;
  /** Keeps the data folders here, to look at with `airworthy up --data`. */
  keep?: string | undefined;
}

/** Tells the story and prints it. Returns the exit code: 1 where something it is to show was not shown. */
export async function runStory(scale: Scale['name'], { out, keep }: StoryOptions = {}): Promise<number> {
  const home = keep ?? mkdtempSync(join(tmpdir(), 'airworthy-flights-'));
  mkdirSync(home, { recursive: true });
  try {
    const story = await tellStory(home, SCALES[scale], (line) => console.error(line));
    const page = writeStory(story, 'flights.svg');
    console.log(page);
    if (out !== undefined) {
      mkdirSync(out, { recursive: true });
      writeFileSync(join(out, 'flights.md'), page);
      writeFileSync(join(out, 'flights.svg'), drawStory(story.weeks, story.loop.report));
    }
    const missed = story.expectations.filter((expectation) => !expectation.holds);
    for (const { claim, because } of missed) console.error(`not shown: ${claim} (${because})`);
    return missed.length === 0 ? 0 : 1;
  } finally {
    if (keep === undefined) rmSync(home, { recursive: true, force: true });
  }
}
