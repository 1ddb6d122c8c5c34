import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { AirworthyError } from '../../kernel/errors.ts';
import { findSigningKey, openEnvelope, openSigningKey, sealStatement } from '../../registry/index.ts';
import type { Context } from '../../store/ports.ts';
import { openPseudonyms } from '../../tracking/index.ts';
import { commitmentOf } from './erasure-rows.ts';
import { ErasureReport, type ReceiptCheck } from './schema.ts';

const PREDICATE = 'urn:airworthy:erasure:1';

const Statement = z.object({ predicateType: z.literal(PREDICATE), predicate: ErasureReport });

/**
 * A report as an in-toto statement (v1) in a DSSE envelope, signed with the data folder’s key. Its subjects are what was
 * erased, and the bundles that learnt from it, by digest.
 */
export async function sealReceipt(context: Context, report: ErasureReport): Promise<Buffer> {
  const { ids, datasets, models } = report;
  const statement = {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [
      { name: 'ids', digest: { sha256: ids.sha256 } },
      ...datasets.map(({ dataset, number, digest }) => ({
        name: `dataset/${dataset}@${number}`,
        digest: { sha256: digest },
      })),
      ...models.map(({ bundle }) => ({ name: `bundle/${bundle}`, digest: { sha256: bundle } })),
    ],
    predicateType: PREDICATE,
    predicate: report,
  };
  return sealStatement(statement, await openSigningKey(context));
}

/** Where the data folder keeps a receipt. */
export function receiptPath(context: Pick<Context, 'store'>, erasure: string): string {
  return join(context.store.folder, 'receipts', `erasure-${erasure}.json`);
}

/**
 * Checks a receipt: its form, its signature, and that the key is this data folder’s.
 *
 * @param subject the person it is said to be of, where that is to be checked too
 * @throws RECEIPT_INVALID
 * @example
 * const { report } = await verifyReceipt(context, await readFile('erasure-4bf9….json'), 'ann@example.org');
 */
export async function verifyReceipt(
  context: Context,
  bytes: Buffer,
  subject?: string,
): Promise<ReceiptCheck> {
  const key = await findSigningKey(context);
  if (key === undefined) throw invalid('this data folder has no key, so it signed no receipt');
  const report = openReport(bytes, key.publicKey.export({ type: 'spki', format: 'pem' }).toString());
  const pseudonym = await openPseudonyms(context);
  const isOfPerson =
    subject === undefined ? null : commitmentOf(pseudonym, report.id, pseudonym(subject)) === report.person;
  return { ok: true, key: key.id, isOfPerson, report };
}

function openReport(bytes: Buffer, publicKey: string): ErasureReport {
  try {
    return Statement.parse(openEnvelope(bytes, publicKey)).predicate;
  } catch (error) {
    throw invalid(
      error instanceof z.ZodError ? 'it is no receipt of an erasure' : String((error as Error).message),
    );
  }
}

function invalid(why: string): AirworthyError {
  return new AirworthyError('RECEIPT_INVALID', { message: `the receipt does not hold: ${why}` });
}

/** The receipt of an erasure, by its id. @throws ERASURE_NOT_FOUND */
export async function readReceipt(context: Context, id: string): Promise<Buffer> {
  const row = await context.store.database.sql
    .selectFrom('erasure')
    .select(['receipt', 'state'])
    .where('project', '=', context.project)
    .where('id', '=', id)
    .executeTakeFirst();
  if (row?.state === 'done' && row.receipt !== null) return Buffer.from(row.receipt);
  throw new AirworthyError('ERASURE_NOT_FOUND', {
    message: row ? `erasure ${id} is still under way` : `there is no erasure ${id}`,
  });
}

/** A receipt by the id of its erasure, or the path of a file. @throws ERASURE_NOT_FOUND, RECEIPT_INVALID */
export async function findReceipt(
  context: Context,
  reference: string,
  toPath: (text: string) => string,
): Promise<Buffer> {
  if (/^[0-9a-f]{32}$/.test(reference)) return readReceipt(context, reference);
  return readFile(toPath(reference)).catch((error: NodeJS.ErrnoException) => {
    throw invalid(`it cannot be read: ${error.message}`);
  });
}
