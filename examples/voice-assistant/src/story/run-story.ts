import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { PROJECT } from '../journey/run-airworthy.ts';
import type { Told } from './chapter.ts';
import { CHAPTERS } from './chapters.ts';
import { sayTurn } from './say-turn.ts';
import { tellStory } from './tell-story.ts';
import { writeMarkdown } from './write-markdown.ts';
import { writePage } from './write-page.ts';

export interface StoryOptions {
  say?: string | undefined;
  /** A Python with PyTorch. */
  train?: string | undefined;
  /** Names of chapters, with commas between. */
  only?: string | undefined;
  out?: string | undefined;
  data?: string | undefined;
}

const TITLE = 'The voice assistant, measured';

/** As commands end: all shown, something not shown, bad input, stopped by Ctrl-C. */
const EXIT = { shown: 0, notShown: 1, badInput: 2, stopped: 130 } as const;

/** Tells the story and prints it. Returns the exit code. */
export async function runStory({ say, train, only, out, data }: StoryOptions): Promise<number> {
  const dataFolder = resolve(data ?? join(PROJECT, '.airworthy'));
  if (say !== undefined) return sayTurn(say, dataFolder);
  const chosen = chooseChapters(only);
  if (typeof chosen === 'string') {
    console.error(chosen);
    return EXIT.badInput;
  }
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  const setting = {
    dataFolder,
    python: train,
    onProgress: (line: string) => console.error(line),
    signal: stop.signal,
  };
  try {
    const told = await tellStory(chosen, setting);
    publish(told, dataFolder, out);
    return told.every(({ claims }) => claims.every(({ holds }) => holds)) ? EXIT.shown : EXIT.notShown;
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    return EXIT.stopped;
  }
}

function chooseChapters(only: string | undefined): typeof CHAPTERS | string {
  if (only === undefined) return CHAPTERS;
  const names = only.split(',').map((name) => name.trim());
  const unknown = names.filter((name) => !Object.hasOwn(CHAPTERS, name));
  if (unknown.length > 0)
    return `There is no chapter ${unknown.join(', ')}; there are ${Object.keys(CHAPTERS).join(', ')}.`;
  return Object.fromEntries(names.map((name) => [name, CHAPTERS[name]]));
}

function publish(told: readonly Told[], dataFolder: string, out: string | undefined): void {
  const text = `# ${TITLE}\n\nWritten by \`npm run story:assistant -- --out bench\`.\n\n${writeMarkdown(told)}\n`;
  console.log(text);
  mkdirSync(dataFolder, { recursive: true });
  const page = join(dataFolder, 'journey.html');
  writeFileSync(
    page,
    writePage(TITLE, 'Every figure was measured by the command that wrote this page.', told),
  );
  if (out !== undefined) {
    mkdirSync(out, { recursive: true });
    writeFileSync(join(out, 'assistant.md'), text);
  }
  console.error(`page: ${page}\nrecords: airworthy up --project ${PROJECT} --data ${dataFolder}`);
  for (const { claim, because } of told.flatMap(({ claims }) => claims.filter(({ holds }) => !holds)))
    console.error(`not shown: ${claim} (${because})`);
}
