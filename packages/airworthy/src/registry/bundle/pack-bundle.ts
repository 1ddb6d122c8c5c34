import { runInWorker } from '../../jobs/local/run-in-worker.ts';
import { siblingModule } from '../../jobs/local/sibling-module.ts';
import { canonicalJson } from '../../kernel/canonical-json.ts';
import { AirworthyError } from '../../kernel/errors.ts';
import { sha256 } from '../../kernel/ids.ts';
import { signatureOf } from '../../models/signature.ts';
import type { Context } from '../../store/ports.ts';
import { captureSource, type RunSource } from '../../tracking/index.ts';
import { buildModelCard, type CardInput } from '../card/model-card.ts';
import { renderCard } from '../card/render-card.ts';
import type { PreparedModel, PrepareInput } from '../scoring/prepare-model.ts';
import { describeData, summariseData } from './describe-data.ts';
import { type BundleFiles, buildManifest, FILE } from './manifest.ts';
import type { PackedBundle, PackInput } from './pack-input.ts';
import { buildSbom } from './sbom.ts';
import { sealBundle } from './seal-bundle.ts';
import { openSigningKey, type SigningKey } from './signing-key.ts';

/**
 * Packs a trained model with its evidence into `bundles/<digest>` of the data folder: model (native and ONNX),
 * signature, reference profile, golden pairs, data, evaluation, verdicts, card, bill of materials, provenance.
 * The same inputs give the same bytes and the same digest; called again, or after a crash, it ends in the same
 * state, and no half bundle is ever seen.
 *
 * Throws PARITY_FAILED where training, the packed model and its ONNX graph disagree on the test rows by more than
 * 1e-5, and ONNX_RUNTIME_MISSING where that cannot be checked.
 */
export async function packBundle(context: Context, input: PackInput): Promise<PackedBundle> {
  if (input.table.rows === 0) {
    throw new AirworthyError('BAD_ARGUMENT', {
      message: 'packBundle: the test split has no rows to compare on',
    });
  }
  const source = input.run.source ?? (await captureSource(input.folder));
  const prepared = await prepareInWorker(context, input);
  const key = await openSigningKey(context);
  const files = await gatherFiles(context, input, prepared, source, key);
  const { manifest, bytes, digest } = buildManifest(cardName(context, input), files);
  const { parity } = prepared;
  const { run, version, split } = input;
  const materials = [
    { name: `dataset/${version.dataset}`, digest: { sha256: version.digest } },
    { name: 'split', digest: { sha256: split.digest } },
  ];
  const making = { run, source, materials, findings: { parity } };
  return { ...(await sealBundle(context, key, { manifest, bytes, digest }, files, making)), parity };
}

async function prepareInWorker(context: Context, input: PackInput): Promise<PreparedModel> {
  const { model, onnx, table, trainingScores, drift } = input;
  const task = context.progress.start('comparing predictions', table.rows, 'rows');
  const { metrics, confidence } = input.report;
  const report = { metrics, confidence };
  const job: PrepareInput = {
    model,
    onnx,
    table,
    trainingScores,
    report,
    ...(drift ? { drift } : {}),
  };
  try {
    return await runInWorker<PreparedModel>(
      { module: siblingModule(import.meta.url, '../scoring/prepare-model'), run: 'prepareModel', input: job },
      {
        onProgress: (rows) => task.advance(Number(rows)),
        ...(context.signal ? { signal: context.signal } : {}),
      },
    );
  } finally {
    task.end();
  }
}

async function gatherFiles(
  context: Context,
  input: PackInput,
  { files }: PreparedModel,
  source: RunSource,
  key: SigningKey,
): Promise<BundleFiles> {
  const prepared = new Map(files);
  const name = cardName(context, input);
  const modelDigest = sha256(prepared.get(FILE.model) as Uint8Array);
  const cardInput: CardInput = {
    name,
    card: input.card,
    model: input.model,
    signature: signatureOf(input.model),
    modelDigest,
    data: [{ name: input.version.dataset, description: summariseData(input.version, input.split) }],
    report: input.report,
    verdicts: input.verdicts,
  };
  const card = buildModelCard(cardInput);
  const json = (value: unknown): Buffer => Buffer.from(canonicalJson(value));
  return new Map([
    ...prepared,
    [FILE.datasets, json(describeData(input.version, input.split))],
    [FILE.evaluation, json(withoutIdentity(input.report))],
    [FILE.verdicts, json(input.verdicts.map(withoutIdentity))],
    [FILE.cardJson, json(card)],
    [FILE.cardText, Buffer.from(renderCard(card, cardInput))],
    [FILE.sbom, json(await buildSbom(name, modelDigest))],
    [FILE.lock, json({ lockFile: source.lockFile })],
    [FILE.publicKey, Buffer.from(key.publicKey.export({ type: 'spki', format: 'pem' }))],
  ]);
}

/** Without the names of the records: the same findings of another run are the same content. */
function withoutIdentity({ id: _id, run: _run, ...content }: { id: string; run: string }): object {
  return content;
}

function cardName(context: Context, { card }: PackInput): string {
  return card.name ?? context.project;
}
