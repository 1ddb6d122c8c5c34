import { z } from 'zod';
import { AirworthyError } from '../../kernel/errors.ts';
import { parseJson } from '../../kernel/parse-json.ts';
import type { Page } from './schema.ts';

/** A whole number in a query string, within limits. */
export function wholeNumber(least: number, most: number) {
  return z
    .string()
    .regex(/^\d{1,16}$/, 'must be a whole number')
    .transform(Number)
    .refine((value) => value >= least && value <= most, `must be from ${least} to ${most}`);
}

/** The number of a dataset's or a model's version. */
export const VersionNumber = wholeNumber(1, 2 ** 31 - 1);

/** A time in a query string, in milliseconds since the epoch: as that number or in ISO 8601. */
export const Moment = z
  .string()
  .transform((text) => (/^\d{1,16}$/.test(text) ? Number(text) : isoMoment(text)))
  .refine(Number.isFinite, 'must be ISO 8601, such as 2001-02-01T00:00:00Z, or milliseconds since the epoch');

/** Text without an offset would mean another time on every machine. */
function isoMoment(text: string): number {
  return z.iso.datetime({ offset: true }).safeParse(text).success ? Date.parse(text) : Number.NaN;
}

/** What every list takes: how many, and where the page before ended. */
export const paging = {
  limit: wholeNumber(1, 1_000).default(50),
  after: z.string().min(1).max(500).optional(),
};

/** A page from one item more than it may hold: the last of the page says where the next begins. */
export function toPage<Item>(
  items: readonly Item[],
  limit: number,
  cursor: (last: Item) => string | number,
): Page<Item> {
  const page = items.slice(0, limit);
  return { items: page, next: items.length > limit ? String(cursor(page[limit - 1])) : null };
}

/** A cursor that is a number. Throws BAD_ARGUMENT for text that is none. */
export function readNumberCursor(after: string | undefined): number | undefined {
  if (after === undefined) return undefined;
  if (/^\d{1,16}$/.test(after)) return Number(after);
  throw wrongCursor(after);
}

/** A cursor of parts that the cursor's own list put together. Throws BAD_ARGUMENT for text that has other parts. */
export function readCursor<Parts>(after: string | undefined, parts: z.ZodType<Parts>): Parts | undefined {
  if (after === undefined) return undefined;
  const read = parts.safeParse(parseJson(Buffer.from(after, 'base64url').toString('utf8')));
  if (read.success) return read.data;
  throw wrongCursor(after);
}

export function writeCursor(parts: unknown): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

function wrongCursor(after: string): AirworthyError {
  return new AirworthyError('BAD_ARGUMENT', {
    message: `"${after.slice(0, 100)}" is not the "next" of a page`,
    at: 'after',
  });
}
