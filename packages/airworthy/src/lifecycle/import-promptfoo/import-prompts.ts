import { globSync } from 'node:fs';
import { extname, relative } from 'node:path';
import { compileText, compileValue } from '../../evaluation/index.ts';
import { AirworthyError } from '../../kernel/errors.ts';
import { isRecord } from '../../kernel/is-record.ts';
import { parseJson } from '../../kernel/parse-json.ts';
import type { ImportLog } from './import-log.ts';
import { listOf, pathIn, type ReadFile, readText, readYaml, type Words } from './read-config.ts';

export interface PromptsPlace {
  file: ReadFile;
  /** The config's. */
  folder: string;
  /** The suite's, that `file://` is relative to. */
  suiteFolder: string;
  log: ImportLog;
}

export interface ImportedPrompt {
  label: string;
  /** Text, messages, or `file://`. */
  prompt: unknown;
}

/** What stands between prompts in one text file. */
const SEPARATOR = /^---\s*$/m;
const SHOWN = 60;

/** Prompts with only {{variables}} in them; others are left out, and said to be. */
export function importPrompts(config: Words, place: PromptsPlace): ImportedPrompt[] {
  const { file, folder } = place;
  const { prompts } = config;
  if (typeof prompts === 'string' && /^file:.*\.(ya?ml)$/i.test(prompts)) {
    const other = readYaml(pathIn(folder, prompts));
    return number(listOf(other.value).flatMap((one, row) => importPrompt(one, other.at([row]), place)));
  }
  // The older form: { 'file.txt': 'label' }.
  const mapped = isRecord(prompts) && prompts.raw === undefined && prompts.id === undefined;
  const list = mapped ? Object.entries(prompts).map(([id, label]) => ({ id, label })) : listOf(prompts);
  return number(
    list.flatMap((prompt, index) => {
      const path = Array.isArray(prompts) ? ['prompts', index] : ['prompts'];
      return importPrompt(prompt, file.at(path), place);
    }),
  );
}

function importPrompt(
  written: unknown,
  at: string,
  place: PromptsPlace,
): { label: string | undefined; prompt: unknown }[] {
  const { log } = place;
  const raw = isRecord(written) ? (written.raw ?? written.id) : written;
  const label = isRecord(written) && typeof written.label === 'string' ? written.label : undefined;
  if (typeof raw !== 'string') {
    log.left(at, 'prompt', 'it is neither a text nor a file');
    return [];
  }
  if (isRecord(written)) {
    for (const name of Object.keys(written)) {
      if (!['raw', 'id', 'label'].includes(name))
        log.left(at, `prompt: ${name}`, 'it has no counterpart here');
    }
  }
  const isFile = raw.startsWith('file://') || (!raw.includes('\n') && /\.(txt|md|json|ya?ml|j2)$/i.test(raw));
  const found = isFile
    ? readPromptFiles(raw, at, place)
    : [{ text: raw, prompt: messagesIn(raw) ?? raw, name: undefined }];
  return found.flatMap(({ text, prompt, name }) => {
    const what = `prompt ${label ?? name ?? JSON.stringify(text.slice(0, SHOWN))}`;
    if (!hasOnlyVariables(prompt, text, at, what, log)) return [];
    log.carried(at, what);
    return [{ label: label ?? name, prompt }];
  });
}

interface FoundPrompt {
  text: string;
  prompt: unknown;
  name: string | undefined;
}

function readPromptFiles(
  reference: string,
  at: string,
  { folder, suiteFolder, log }: PromptsPlace,
): FoundPrompt[] {
  const path = pathIn(folder, reference);
  const paths = /[*?[{]/.test(reference) ? globSync(path).sort() : [path];
  if (paths.length === 0) log.left(at, `prompt ${reference}`, 'no file is named so');
  return paths.flatMap((one) => {
    const name = relative(folder, one);
    const ending = extname(one).toLowerCase();
    if (!['.txt', '.md', '.json', '.yaml', '.yml', '.j2', ''].includes(ending)) {
      log.left(at, `prompt ${name}`, 'prompts made by code or from a table are not carried over');
      return [];
    }
    const text = readText(one);
    const texts = ending === '.txt' ? text.split(SEPARATOR).map((part) => part.trim()) : [text.trim()];
    if (texts.length === 1) return [{ text, prompt: `file://${relative(suiteFolder, one)}`, name }];
    log.changed(at, `prompt ${name}`, `its ${texts.length} prompts are written into the suite`);
    return texts.map((part, index) => ({ text: part, prompt: part, name: `${name} ${index + 1}` }));
  });
}

function messagesIn(text: string): unknown[] | undefined {
  const parsed = text.trimStart().startsWith('[') ? parseJson(text) : undefined;
  return Array.isArray(parsed) && parsed.every((one) => isRecord(one) && typeof one.role === 'string')
    ? parsed
    : undefined;
}

function hasOnlyVariables(prompt: unknown, text: string, at: string, what: string, log: ImportLog): boolean {
  try {
    if (Array.isArray(prompt)) compileValue(prompt, 'the prompt');
    else compileText(text, 'the prompt');
    return true;
  } catch (error) {
    if (!AirworthyError.is(error)) throw error;
    log.left(at, what, error.message);
    return false;
  }
}

/** Prompts without a name of their own are counted; names are unique. */
function number(prompts: readonly { label: string | undefined; prompt: unknown }[]): ImportedPrompt[] {
  const used = new Set<string>();
  return prompts.map(({ label, prompt }, index) => {
    const first = label ?? `prompt ${index + 1}`;
    const name = used.has(first) ? `${first} ${index + 1}` : first;
    used.add(name);
    return { label: name, prompt };
  });
}
