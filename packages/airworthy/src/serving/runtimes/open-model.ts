import { runInWorker } from '../../jobs/local/run-in-worker.ts';
import { siblingModule } from '../../jobs/local/sibling-module.ts';
import { type CompiledModel, compileModel } from '../../models/compile-model.ts';
import type { Model } from '../../models/model.ts';
import type { Signature } from '../../models/signature.ts';
import { readBundleFile, readManifest } from '../../registry/index.ts';
import type { Context } from '../../store/ports.ts';
import { countBytes, type ReadModel, readModel } from './read-model.ts';

/** Of a model's JSON: what is larger is read in a thread, because parsing it would hold the event loop for too long. */
const LARGE = 256 * 1_024;

export interface OpenedModel {
  model: Model;
  signature: Signature;
  /** Undefined for another program's ONNX graph. */
  compiled: CompiledModel | undefined;
  /** Held by what is compiled. */
  bytes: number;
}

/** Reads and compiles a bundle's model. Every byte is checked against the bundle's digest (BUNDLE_ALTERED). */
export async function openModel(context: Context, bundle: string): Promise<OpenedModel> {
  const bytes = await readBundleFile(context, bundle, 'signature.json');
  const signature: Signature = JSON.parse(bytes.toString('utf8'));
  const manifest = await readManifest(context, bundle);
  const size = manifest.files.find(({ path }) => path === 'model.json')?.size ?? 0;
  const read = size > LARGE ? readInThread : readHere;
  const { model, flat } = await read(context, bundle);
  if (model.estimator.kind === 'onnx') return { model, signature, compiled: undefined, bytes: 0 };
  return { model, signature, compiled: compileModel(model, flat), bytes: flat ? countBytes(flat) : size };
}

async function readHere(context: Context, bundle: string): Promise<ReadModel> {
  return readModel(await readBundleFile(context, bundle, 'model.json'));
}

async function readInThread(context: Context, bundle: string): Promise<ReadModel> {
  const file = await readBundleFile(context, bundle, 'model.json');
  const job = { module: siblingModule(import.meta.url, 'read-model'), run: 'readShared', input: file };
  return runInWorker<ReadModel>(job, { signal: context.signal });
}
