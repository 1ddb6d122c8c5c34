import { runInWorker } from '../../jobs/local/run-in-worker.ts';
import { siblingModule } from '../../jobs/local/sibling-module.ts';
import type { Context } from '../../store/ports.ts';
import type { Check, Verification } from '../schema.ts';
import type { Replay, ReplayInput, Replays } from '../scoring/replay-golden.ts';
import { requireBundleFolder } from './bundle-folder.ts';
import { failed, type Inspection, inspectFiles, ok, skipped } from './inspect-files.ts';
import { FILE } from './manifest.ts';
import { findSigningKey, parsePublicKey } from './signing-key.ts';

/**
 * Whether a bundle is what was packed, and still answers as it did: every file's digest, nothing added, the
 * manifest's digest, the signature, whether its key is this data folder's, and the golden pairs replayed natively
 * and through ONNX. A check that cannot be made is `skipped` and says why. Throws BUNDLE_NOT_FOUND.
 *
 * @example
 * const { ok, checks } = await verifyBundle(context, digest);
 */
export async function verifyBundle(context: Context, digest: string): Promise<Verification> {
  const folder = await requireBundleFolder(context, digest);
  const inspection = await inspectFiles(folder, digest);
  const checks = [
    ...inspection.checks,
    await checkTrust(context, inspection),
    ...(await checkGolden(context, inspection)),
  ];
  return { digest, ok: checks.every((check) => check.outcome !== 'failed'), checks };
}

async function checkTrust(context: Context, { intact }: Inspection): Promise<Check> {
  const name = 'trusted key';
  const pem = intact.get(FILE.publicKey);
  if (!pem) return skipped(name, `${FILE.publicKey} is altered or missing`);
  const own = await findSigningKey(context);
  if (!own) return failed(name, 'this data folder has no key, so it did not sign the bundle');
  const { id } = parsePublicKey(pem.toString('utf8'));
  return id === own.id
    ? ok(name, `key ${id} is this data folder's`)
    : failed(name, `signed with key ${id}, this data folder's is ${own.id}`);
}

async function checkGolden(context: Context, { intact }: Inspection): Promise<Check[]> {
  if (intact.has('runtime.json'))
    return [skipped('golden cases', 'a service is asked them each time before it serves')];
  const [native, onnx] = ['golden pairs, native', 'golden pairs, ONNX'];
  const [model, golden, graph] = [FILE.model, FILE.golden, FILE.onnx].map((path) => intact.get(path));
  // What is not as packed is not loaded, let alone run.
  if (!model || !golden || !graph) {
    return [native, onnx].map((name) =>
      skipped(name, 'the model or its golden pairs are altered or missing'),
    );
  }
  const input: ReplayInput = { model: model.toString('utf8'), golden: golden.toString('utf8'), onnx: graph };
  const replay = await runInWorker<Replays>(
    { module: siblingModule(import.meta.url, '../scoring/replay-golden'), run: 'replayGolden', input },
    context.signal ? { signal: context.signal } : {},
  );
  return [...(replay.native ? [toCheck(native, replay.native)] : []), toCheck(onnx, replay.onnx)];
}

function toCheck(name: string, replay: Replay): Check {
  if (replay.kind === 'unavailable') return skipped(name, replay.why);
  if (replay.kind === 'failed') return failed(name, replay.why);
  const { pairs, worst, tolerance } = replay;
  const detail = `${pairs} pairs, largest difference ${worst}, allowed ${tolerance}`;
  return worst <= tolerance ? ok(name, detail) : failed(name, detail);
}
