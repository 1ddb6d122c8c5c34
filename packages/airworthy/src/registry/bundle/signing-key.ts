import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';
import { link, mkdir, open, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AirworthyError } from '../../kernel/errors.ts';
import { syncPath } from '../../store/blobs/disk.ts';
import type { Context } from '../../store/ports.ts';
import { openScratchFolder } from '../../store/scratch-folder.ts';

export interface SigningKey {
  privateKey: KeyObject;
  publicKey: KeyObject;
  /** sha256 of the public key's SPKI bytes. */
  id: string;
}

/** The data folder's ed25519 key; made on first use, readable by its owner only. */
export async function openSigningKey(context: Context): Promise<SigningKey> {
  return (await findSigningKey(context)) ?? createSigningKey(context);
}

/** The data folder's key where it has one. Throws SIGNING_KEY_UNREADABLE for a file that is no ed25519 key. */
export async function findSigningKey(context: Context): Promise<SigningKey | undefined> {
  const path = keyPath(context);
  const pem = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw unreadable(path, error);
  });
  return pem === undefined ? undefined : parseKey(path, pem);
}

/** The public key as PEM text, and its id, from the PEM in a bundle. Throws where it is none. */
export function parsePublicKey(pem: string): { publicKey: KeyObject; id: string } {
  const publicKey = createPublicKey({ key: pem, format: 'pem' });
  return { publicKey, id: keyId(publicKey) };
}

function parseKey(path: string, pem: string): SigningKey {
  try {
    const privateKey = createPrivateKey(pem);
    if (privateKey.asymmetricKeyType !== 'ed25519')
      throw new TypeError(`it is ${privateKey.asymmetricKeyType}`);
    const publicKey = createPublicKey(privateKey);
    return { privateKey, publicKey, id: keyId(publicKey) };
  } catch (error) {
    throw unreadable(path, error);
  }
}

async function createSigningKey(context: Context): Promise<SigningKey> {
  const path = keyPath(context);
  const folder = dirname(path);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' });
  await using scratch = await openScratchFolder(context.store.folder, 'key');
  const made = join(scratch.path, 'ed25519.pem');
  const file = await open(made, 'wx', 0o600);
  await file.writeFile(pem);
  await file.sync();
  await file.close();
  // A link fails where the key exists: of two processes that start together, both use the first one's key.
  await link(made, path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await syncPath(folder);
  return parseKey(path, await readFile(path, 'utf8'));
}

function keyPath(context: Context): string {
  return join(context.store.folder, 'keys', 'ed25519.pem');
}

function keyId(publicKey: KeyObject): string {
  return createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex');
}

function unreadable(path: string, cause: unknown): AirworthyError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new AirworthyError('SIGNING_KEY_UNREADABLE', {
    message: `cannot use the signing key ${path}: ${why}`,
    cause,
  });
}
