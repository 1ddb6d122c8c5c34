import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { checkPhrasings } from './check-phrasings.ts';

/** Each wrote without sight of the others; the sentences of g and h are never trained on. */
export const TRAINING_AUTHORS = ['a', 'b', 'c', 'd', 'e', 'f', 'i', 'j', 'k', 'l'] as const;
export const UNSEEN_AUTHORS = ['g', 'h'] as const;
export const ALL_AUTHORS = [...TRAINING_AUTHORS, ...UNSEEN_AUTHORS] as const;

export interface Template {
  author: string;
  /** The class that a tagger learns: a skill, with the argument that is no span: `light state=on`. */
  intent: string;
  /** `wake me in {duration}`; authors who wrote the same have the same. */
  text: string;
  slots: readonly string[];
}

/** What one author wrote: values for each slot, and sentences with slots. */
export interface Phrasings {
  author: string;
  values: Readonly<Record<string, readonly string[]>>;
  templates: readonly Template[];
}

export interface PhrasingsQuery {
  /** Whose; all of them where absent. */
  authors?: readonly string[];
  folder?: string;
}

const FOLDER = fileURLToPath(new URL('../../data/phrasings', import.meta.url));

/**
 * What the authors wrote, checked.
 *
 * @example
 * const [{ templates }] = readPhrasings({ authors: ['a'] });
 */
export function readPhrasings({ authors = ALL_AUTHORS, folder = FOLDER }: PhrasingsQuery = {}): Phrasings[] {
  return authors.map((author) => readOnce(`${folder}/${author}.yaml`, author));
}

const known = new Map<string, Phrasings>();

/** The files do not change while a process runs, and every expansion needs all of them. */
function readOnce(path: string, author: string): Phrasings {
  const phrasings = known.get(path) ?? readAuthor(author, path);
  known.set(path, phrasings);
  return phrasings;
}

interface PhrasingsFile {
  author: string;
  values: Record<string, string[]>;
  templates: Record<string, string[]>;
}

function readAuthor(author: string, path: string): Phrasings {
  const file = parse(readText(author, path)) as PhrasingsFile;
  const templates = Object.entries(file.templates).flatMap(([intent, texts]) =>
    texts.map((text) => ({ author, intent, text, slots: slotsOf(text) })),
  );
  const phrasings = { author, values: file.values, templates };
  const problems = checkPhrasings(phrasings);
  if (problems.length > 0)
    throw new Error(`${path} cannot be used:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
  return phrasings;
}

function readText(author: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Error(
      `there is no author "${author}": ${path} cannot be read; authors are ${ALL_AUTHORS.join(', ')}`,
      {
        cause: error,
      },
    );
  }
}

export function slotsOf(template: string): string[] {
  return [...template.matchAll(/\{(\w+)\}/g)].map(([, slot]) => slot);
}
