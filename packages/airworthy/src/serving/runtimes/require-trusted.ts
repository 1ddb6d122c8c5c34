import { AirworthyError } from '../../kernel/errors.ts';
import { type Manifest, signerOf } from '../../registry/index.ts';
import type { Context } from '../../store/ports.ts';
import type { Release } from '../schema.ts';

/**
 * Lets only bundles be served that this data folder signed, or a key that the project trusts. One that says nothing of
 * a key was never signed: it may hold a model, which is data, but no program.
 *
 * @throws BUNDLE_UNTRUSTED
 */
export async function requireTrusted(
  context: Context,
  { model, version, bundle }: Release,
  manifest: Manifest,
  trusted: readonly string[] = [],
): Promise<void> {
  const signer = await signerOf(context, bundle, manifest);
  const isProgram = manifest.files.some(({ path }) => path === 'runtime.json');
  if (signer === null ? !isProgram : signer.isOwn || trusted.includes(signer.key)) return;
  const why =
    signer === null ? 'is not signed, and holds a program' : `was signed with the key ${signer.key}`;
  throw new AirworthyError('BUNDLE_UNTRUSTED', {
    message: `${model} version ${version} ${why}; this data folder's own key did not sign it`,
    facts: { bundle, key: signer?.key ?? null },
  });
}
