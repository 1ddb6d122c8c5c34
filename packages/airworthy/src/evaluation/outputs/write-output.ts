import { createWriteStream } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, extname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AirworthyError } from '../../kernel/errors.ts';
import type { SuiteReport } from '../report/schema.ts';
import { renderHtml } from './html.ts';
import { renderJunit } from './junit.ts';
import { renderMarkdown } from './markdown.ts';

const RENDERERS: Record<string, (reports: readonly SuiteReport[]) => string> = {
  '.json': (reports) => `${JSON.stringify(reports.length === 1 ? reports[0] : reports, null, 2)}\n`,
  '.xml': renderJunit,
  '.md': renderMarkdown,
  '.html': renderHtml,
};

const ROWS = '.jsonl';

/** What `--output` can write, by the file's ending. */
export const OUTPUT_ENDINGS = [...Object.keys(RENDERERS), ROWS];

export interface OutputToWrite {
  path: string;
  reports: readonly SuiteReport[];
  /** Every case × trial of every task with its scores, for `.jsonl`. */
  rows(): AsyncIterable<object>;
}

/** Throws BAD_ARGUMENT where a file's ending names no form; before anything is evaluated. */
export function requireOutputPath(path: string): void {
  if (OUTPUT_ENDINGS.includes(extname(path).toLowerCase())) return;
  throw new AirworthyError('BAD_ARGUMENT', {
    message: `--output ${path}: its ending names no form of report`,
    remedy: `Use one of ${OUTPUT_ENDINGS.join(', ')}.`,
    at: '--output',
  });
}

/** Writes a report in the form that the file's ending names; whole or not at all. */
export async function writeOutput({ path, reports, rows }: OutputToWrite): Promise<void> {
  requireOutputPath(path);
  await mkdir(dirname(path), { recursive: true });
  const unfinished = `${path}.part`;
  const ending = extname(path).toLowerCase();
  if (ending === ROWS) await pipeline(Readable.from(jsonLines(rows())), createWriteStream(unfinished));
  else await writeFile(unfinished, RENDERERS[ending](reports));
  await rename(unfinished, path);
}

async function* jsonLines(rows: AsyncIterable<object>): AsyncIterable<string> {
  for await (const row of rows) yield `${JSON.stringify(row)}\n`;
}
