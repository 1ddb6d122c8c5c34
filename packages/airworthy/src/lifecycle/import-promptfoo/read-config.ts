import { readFileSync } from 'node:fs';
import { basename, extname, resolve } from 'node:path';
import { isNode, LineCounter, parseDocument } from 'yaml';
import { AirworthyError } from '../../kernel/errors.ts';
import { parseCsv } from './parse-csv.ts';

export type Words = Record<string, unknown>;

/** A value of a file, and how to say where in it something stands. */
export interface ReadFile {
  value: unknown;
  at(path?: readonly PropertyKey[]): string;
}

/** Reads YAML or JSON, keeping the lines. Throws PROMPTFOO_UNREADABLE. */
export function readYaml(path: string): ReadFile {
  const name = basename(path);
  const lines = new LineCounter();
  const document = parseDocument(readText(path), { lineCounter: lines, merge: true });
  const [error] = document.errors;
  if (error) {
    throw unreadable(`${name}:${lines.linePos(error.pos[0]).line}`, error.message.split('\n')[0], error);
  }
  return {
    value: document.toJS(),
    at(place = []) {
      for (let length = place.length; length > 0; length--) {
        const node = document.getIn(place.slice(0, length), true);
        if (isNode(node) && node.range) return `${name}:${lines.linePos(node.range[0]).line}`;
      }
      return `${name}:1`;
    },
  };
}

/** Reads a file of tests: YAML, JSON, JSON lines or CSV (then each row as text by column). Throws PROMPTFOO_UNREADABLE. */
export function readRows(path: string): { rows: unknown[]; csv: boolean; at(row: number): string } {
  const name = basename(path);
  const ending = extname(path).toLowerCase();
  if (ending === '.csv') return { rows: parseCsv(readText(path)), csv: true, at: () => name };
  if (ending === '.jsonl' || ending === '.ndjson') {
    const lines = readText(path).split('\n');
    const rows = lines.flatMap((line, index) =>
      line.trim() === '' ? [] : [parseLine(line, `${name}:${index + 1}`)],
    );
    return { rows, csv: false, at: () => name };
  }
  const { value, at } = readYaml(path);
  const rows = Array.isArray(value) ? value : [value];
  return { rows, csv: false, at: (row) => at(Array.isArray(value) ? [row] : []) };
}

function parseLine(line: string, at: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw unreadable(at, (error as Error).message, error);
  }
}

export function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw unreadable(path, 'cannot be read', error);
  }
}

export function unreadable(at: string, why: string, cause?: unknown): AirworthyError {
  return new AirworthyError('PROMPTFOO_UNREADABLE', { message: `${at}: ${why}`, at, cause });
}

export function listOf(value: unknown): unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

/** `file://notes.txt`, or the path alone, from the config's folder. */
export function pathIn(folder: string, reference: string): string {
  return resolve(folder, reference.replace(/^file:\/\//, ''));
}
