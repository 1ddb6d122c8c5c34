import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { AirworthyError } from '../../kernel/errors.ts';
import { sha256 } from '../../kernel/ids.ts';
import type { Context } from '../../store/ports.ts';
import type { Bundle } from '../schema.ts';
import { bundleFolder, placeBundle } from './bundle-folder.ts';
import { openEnvelope } from './envelope.ts';
import { inspectFiles } from './inspect-files.ts';
import { FILE, parseManifest } from './manifest.ts';
import { recordBundle } from './seal-bundle.ts';

const Provenance = z.object({
  predicate: z.object({ runDetails: z.object({ metadata: z.object({ invocationId: z.string() }) }) }),
});

/**
 * Takes in the folder of a bundle that was packed elsewhere: every file and the signature are checked. Whether its
 * signer is trusted is asked when it is to be served. The same bundle again changes nothing.
 *
 * @throws BUNDLE_NOT_FOUND where the folder holds none, BUNDLE_ALTERED where it is not as it was packed
 *
 * @example
 * const { digest } = await importBundle(context, '/mnt/models');
 * await registerVersion(context, { model: 'flight-delays', bundle: digest });
 */
export async function importBundle(context: Context, folder: string): Promise<Bundle> {
  const bytes = await readFile(join(folder, FILE.manifest)).catch((cause: unknown) => {
    throw new AirworthyError('BUNDLE_NOT_FOUND', { message: `no bundle in ${folder}: ${cause}`, cause });
  });
  const digest = sha256(bytes);
  const { checks, intact } = await inspectFiles(folder, digest);
  const wrong = checks.find(({ outcome, name }) => outcome !== 'ok' && name !== 'no other files');
  if (wrong)
    throw new AirworthyError('BUNDLE_ALTERED', {
      message: `the bundle in ${folder}: ${wrong.name}: ${wrong.detail}`,
    });
  const manifest = parseManifest(digest, bytes);
  const envelope = await readFile(join(folder, FILE.envelope));
  await placeBundle(context, digest, new Map([...intact, [FILE.envelope, envelope]]));
  const statement = openEnvelope(envelope, (intact.get(FILE.publicKey) as Buffer).toString('utf8'));
  const run = Provenance.safeParse(statement).data?.predicate.runDetails.metadata.invocationId ?? '';
  await recordBundle(context, run, digest, manifest);
  return { digest, folder: bundleFolder(context, digest), manifest };
}
