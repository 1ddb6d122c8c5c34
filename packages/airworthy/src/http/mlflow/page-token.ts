import { z } from 'zod';
import { parseJson } from '../../kernel/parse-json.ts';
import { MlflowError } from './mlflow-error.ts';

const Offset = z.object({ offset: z.int().min(1) });

/** For lists whose verb says where the next page begins. */
export const After = z.string().min(1);

/** A page token that carries where the next page begins; undefined (left out) after the last page. */
export function writePageToken(cursor: unknown): string | undefined {
  if (cursor === undefined) return undefined;
  return Buffer.from(JSON.stringify(cursor)).toString('base64');
}

/** What `writePageToken` put in; undefined for the first page, which clients ask for with no token or an empty one. */
export function readPageToken<Cursor>(
  token: string | undefined,
  cursor: z.ZodType<Cursor>,
): Cursor | undefined {
  if (token === undefined || token === '') return undefined;
  const read = cursor.safeParse(parseJson(Buffer.from(token, 'base64').toString('utf8')));
  if (read.success) return read.data;
  throw new MlflowError('INVALID_PARAMETER_VALUE', 'Invalid page token, could not base64-decode');
}

/** Of lists that are short enough to be counted through: how many lie before the page. */
export function readOffset(token: string | undefined): number {
  return readPageToken(token, Offset)?.offset ?? 0;
}

/** What `readOffset` reads; undefined (left out) after the last page. */
export function writeOffset(offset: number | undefined): string | undefined {
  return offset === undefined ? undefined : writePageToken({ offset });
}
