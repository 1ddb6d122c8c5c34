import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { AirworthyError } from '../../kernel/errors.ts';
import { GoldenCase, RuntimeSpec } from '../../serving/index.ts';
import { readServiceText } from './service-files.ts';

/** What a service file says, with its golden cases. */
export interface ServiceFile {
  spec: RuntimeSpec;
  golden: GoldenCase[];
  /** The file's own bytes. */
  bytes: Buffer;
}

/** @throws SERVICE_INVALID naming the line, or the key and what is wrong with it */
export async function readServiceFile(path: string, folder: string): Promise<ServiceFile> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw invalid(`${path} cannot be read: ${(cause as Error).message}`);
  });
  const document = parseDocument(bytes.toString('utf8'));
  const [error] = document.errors;
  if (error) throw invalid(`${basename(path)}: ${error.message}`);
  const spec = parse(RuntimeSpec, document.toJS(), basename(path));
  return { spec, bytes, golden: await readGolden(spec, folder) };
}

async function readGolden({ golden }: RuntimeSpec, folder: string): Promise<GoldenCase[]> {
  if (typeof golden !== 'string') return golden;
  const text = await readServiceText(folder, golden);
  return text
    .split('\n')
    .map((line, index) => ({ line, at: `${golden}:${index + 1}` }))
    .filter(({ line }) => line.trim() !== '')
    .map(({ line, at }) => parse(GoldenCase, parseLine(line, at), at));
}

function parseLine(line: string, at: string): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw invalid(`${at} is no JSON: ${(cause as Error).message}`);
  }
}

function parse<Schema extends z.ZodType>(schema: Schema, value: unknown, where: string): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const said = parsed.error.issues.slice(0, 5).map(({ path, message }) => {
    const at = z.core.toDotPath(path);
    return at === '' ? message : `${at}: ${message}`;
  });
  throw new AirworthyError('SERVICE_INVALID', {
    message: `${where}: ${said.join('; ')}`,
    facts: { issues: said },
  });
}

function invalid(message: string): AirworthyError {
  return new AirworthyError('SERVICE_INVALID', { message });
}
