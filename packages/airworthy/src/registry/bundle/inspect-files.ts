import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { z } from 'zod';
import { sha256 } from '../../kernel/ids.ts';
import type { Check, Manifest } from '../schema.ts';
import { openEnvelope } from './envelope.ts';
import { FILE, parseManifest } from './manifest.ts';

/** What lies in a bundle's folder, and what is wrong with it. */
export interface Inspection {
  checks: Check[];
  /** The files that are as packed; one that was altered or is missing is not among them. */
  intact: Map<string, Buffer>;
}

const Statement = z.object({
  subject: z.array(z.object({ name: z.string(), digest: z.object({ sha256: z.string() }) })),
});

/** Checks every file against the manifest, the manifest against the digest, and the envelope against both. */
export async function inspectFiles(folder: string, digest: string): Promise<Inspection> {
  const found = await readFolder(folder);
  const manifest = readManifest(digest, found.get(FILE.manifest));
  if (typeof manifest === 'string') {
    return {
      checks: [failed('manifest', manifest), skipped('files', 'no trustworthy manifest')],
      intact: new Map(),
    };
  }
  const checks = [ok('manifest', `its sha256 is the bundle's digest`)];
  const intact = new Map<string, Buffer>([[FILE.manifest, found.get(FILE.manifest) as Buffer]]);
  for (const { path, sha256: expected } of manifest.files) {
    const bytes = found.get(path);
    const name = `file ${path}`;
    if (!bytes) checks.push(failed(name, 'it is missing'));
    else if (sha256(bytes) !== expected)
      checks.push(failed(name, `its sha256 is ${sha256(bytes)}, not ${expected}`));
    else {
      checks.push(ok(name, `sha256 ${expected}`));
      intact.set(path, bytes);
    }
  }
  checks.push(checkExtra(found, manifest));
  checks.push(checkEnvelope(found.get(FILE.envelope), intact.get(FILE.publicKey), { digest, manifest }));
  return { checks, intact };
}

/** Every entry of the folder and the folders in it, by its path from here; null for what is no plain file. */
async function readFolder(folder: string): Promise<Map<string, Buffer | null>> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const read = entries
    .filter((entry) => !entry.isDirectory())
    .map(async (entry): Promise<[string, Buffer | null]> => {
      const path = join(entry.parentPath, entry.name);
      const name = relative(folder, path).replaceAll('\\', '/');
      return [name, entry.isFile() ? await readFile(path) : null];
    });
  return new Map(await Promise.all(read));
}

function readManifest(digest: string, bytes: Buffer | null | undefined): Manifest | string {
  if (!bytes) return 'manifest.json is missing';
  try {
    return parseManifest(digest, bytes);
  } catch (error) {
    return (error as Error).message;
  }
}

function checkExtra(found: ReadonlyMap<string, unknown>, manifest: Manifest): Check {
  const listed = new Set<string>([FILE.manifest, FILE.envelope, ...manifest.files.map((file) => file.path)]);
  const extra = [...found.keys()].filter((name) => !listed.has(name));
  return extra.length === 0
    ? ok('no other files', `${listed.size} files`)
    : failed('no other files', `not part of the bundle: ${extra.join(', ')}`);
}

/** Whether an envelope is signed by the key and covers the manifest, whose digest is given, and all files it lists. */
export function checkEnvelope(
  envelope: Buffer | null | undefined,
  publicKey: Buffer | undefined,
  { digest, manifest }: { digest: string; manifest: Manifest },
): Check {
  const name = 'signature';
  if (!envelope) return failed(name, `${FILE.envelope} is missing`);
  if (!publicKey) return skipped(name, `${FILE.publicKey} is altered or missing`);
  try {
    const { subject } = Statement.parse(openEnvelope(envelope, publicKey.toString('utf8')));
    const signed = new Map(subject.map((one) => [one.name, one.digest.sha256]));
    const expected = [...manifest.files, { path: FILE.manifest, sha256: digest }];
    const unsigned = expected.filter((file) => signed.get(file.path) !== file.sha256);
    if (unsigned.length > 0)
      return failed(name, `does not cover ${unsigned.map((file) => file.path).join(', ')}`);
    return ok(name, `covers ${signed.size} files`);
  } catch (error) {
    return failed(name, (error as Error).message);
  }
}

export function ok(name: string, detail: string): Check {
  return { name, outcome: 'ok', detail };
}

export function skipped(name: string, detail: string): Check {
  return { name, outcome: 'skipped', detail };
}

export function failed(name: string, detail: string): Check {
  return { name, outcome: 'failed', detail };
}
