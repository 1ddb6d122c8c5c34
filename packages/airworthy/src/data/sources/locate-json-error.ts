import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';

/** Larger arrays are not read again only to say where they break. */
const LARGEST_ARRAY = 256 << 20;

/** Where JSON breaks and why, for people: DuckDB's own line numbers count from elsewhere. Undefined where it parses. */
export async function locateJsonError(
  path: string,
  lines: boolean,
): Promise<{ line: number; why: string } | undefined> {
  if (lines) return firstBrokenLine(path);
  if ((await stat(path)).size > LARGEST_ARRAY) return undefined;
  const why = parseError(await readFile(path, 'utf8'));
  const line = /\(line (\d+) column \d+\)/.exec(why ?? '')?.[1];
  return why === undefined ? undefined : { line: Number(line ?? 1), why };
}

async function firstBrokenLine(path: string): Promise<{ line: number; why: string } | undefined> {
  let line = 0;
  for await (const text of createInterface({
    input: createReadStream(path),
    crlfDelay: Number.POSITIVE_INFINITY,
  })) {
    line++;
    if (text.trim() === '') continue;
    const why = parseError(text) ?? (text.trimStart().startsWith('{') ? undefined : 'it is not an object');
    if (why !== undefined) return { line, why };
  }
  return undefined;
}

function parseError(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
