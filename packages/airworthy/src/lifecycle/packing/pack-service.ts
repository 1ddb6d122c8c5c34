import { dirname, resolve } from 'node:path';
import { type DatasetVersion, getVersion } from '../../data/index.ts';
import { canonicalJson } from '../../kernel/canonical-json.ts';
import { idFromContent, sha256 } from '../../kernel/ids.ts';
import { packServiceBundle, registerVersion } from '../../registry/index.ts';
import { compileOutput, type ServiceMeans } from '../../serving/index.ts';
import type { Context } from '../../store/ports.ts';
import { captureSource, endRun, startRun } from '../../tracking/index.ts';
import { oneAtATime } from '../one-at-a-time.ts';
import { answerGolden } from './answer-golden.ts';
import { type GatheredService, gatherService } from './gather-service.ts';
import { readServiceFile, type ServiceFile } from './read-service-file.ts';

export interface PackedService {
  model: string;
  version: number;
  bundle: string;
  /** The run that stands for the packing: its inputs are the service file, and what it was trained on. */
  run: string;
  runtime: string;
  goldenCases: number;
}

/**
 * Makes a service (a function, command, remote server, prompt or ONNX graph) the next version of the model it names: its
 * files, its signature and what it answers to its golden cases, signed. No alias is moved. Done again with the same
 * files, it returns what it returned.
 *
 * @param path the service file, such as `sentiment.service.yaml`
 * @throws SERVICE_INVALID naming the line, key or golden case; DATASET_NOT_FOUND of what it was trained on; RUNTIME_MISSING and what
 *   running it throws
 * @example
 * const { model, version } = await packService(context, 'sentiment.service.yaml');
 */
export async function packService(
  context: Context,
  path: string,
  means: ServiceMeans = {},
): Promise<PackedService> {
  return oneAtATime(context, 'packing a service of', async () => {
    const folder = dirname(resolve(path));
    const file = await readServiceFile(path, folder);
    const { trainedOn = [] } = file.spec;
    const datasets = await Promise.all(trainedOn.map((reference) => getVersion(context, reference)));
    const service = await gatherService(context, folder, file.spec);
    if (service.signature.output) compileOutput(service.signature.output);
    const golden = await answerGolden(context, service, file.golden, means);
    const packed = new Map([
      ...service.files,
      ['runtime.json', Buffer.from(canonicalJson(service.spec))],
      ['golden.json', Buffer.from(canonicalJson(golden))],
    ]);
    const run = await recordPacking(context, file, packed, datasets);
    const { digest } = await packServiceBundle(context, {
      name: file.spec.name,
      description: file.spec.description,
      architecture: service.architecture,
      signature: service.signature,
      files: packed,
      goldenCases: golden.pairs.length,
      packages: service.packages,
      run: { id: run, experiment: context.project },
      source: await captureSource(folder),
      materials: [
        { name: 'service file', digest: { sha256: sha256(file.bytes) } },
        ...datasets.map(({ dataset, digest }) => ({
          name: `dataset ${dataset}`,
          digest: { sha256: digest },
        })),
      ],
    });
    const { number } = await registerVersion(context, { model: file.spec.name, bundle: digest });
    const { name, runtime } = file.spec;
    return { model: name, version: number, bundle: digest, run, runtime, goldenCases: golden.pairs.length };
  });
}

/** A run for what was packed, once for the same content. */
async function recordPacking(
  context: Context,
  { spec, bytes }: ServiceFile,
  files: GatheredService['files'],
  datasets: readonly DatasetVersion[],
): Promise<string> {
  const digests = [...files].map(([path, content]) => [path, sha256(content)]).sort();
  const trained = datasets.length > 0 ? { trainedOn: datasets.map(({ digest }) => digest) } : {};
  const run = idFromContent({ work: 'pack-service', name: spec.name, files: digests, ...trained });
  await startRun(context, {
    id: run,
    experiment: context.project,
    name: `packing ${spec.name}`,
    params: { runtime: spec.runtime },
    inputs: [
      { kind: 'service-file', digest: sha256(bytes), name: spec.name },
      ...datasets.map(({ digest, dataset }) => ({ kind: 'dataset-version', digest, name: dataset })),
    ],
  });
  await endRun(context, run, 'finished');
  return run;
}
