import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AirworthyError } from '../../kernel/errors.ts';
import type { Context } from '../../store/ports.ts';
import type { Manifest } from '../schema.ts';
import { bundleFolder } from './bundle-folder.ts';
import { checkEnvelope } from './inspect-files.ts';
import { FILE } from './manifest.ts';
import { readListed } from './read-bundle-file.ts';
import { findSigningKey, parsePublicKey } from './signing-key.ts';

/** Whose key signed a bundle. */
export interface Signer {
  /** Id of the key. */
  key: string;
  /** Is it this data folder's? */
  isOwn: boolean;
}

/**
 * Who signed a bundle; null where it names no key. The signature is checked: of its files only the manifest, which names
 * the others by digest.
 *
 * @throws BUNDLE_ALTERED where the signature is missing or does not fit.
 */
export async function signerOf(context: Context, digest: string, manifest: Manifest): Promise<Signer | null> {
  if (!manifest.files.some(({ path }) => path === FILE.publicKey)) return null;
  const pem = await readListed(context, digest, manifest, FILE.publicKey);
  const envelope = await readFile(join(bundleFolder(context, digest), FILE.envelope)).catch(() => null);
  const check = checkEnvelope(envelope, pem, { digest, manifest });
  if (check.outcome !== 'ok')
    throw new AirworthyError('BUNDLE_ALTERED', {
      message: `the signature of bundle ${digest}: ${check.detail}`,
    });
  const { id } = parsePublicKey(pem.toString('utf8'));
  return { key: id, isOwn: id === (await findSigningKey(context))?.id };
}
