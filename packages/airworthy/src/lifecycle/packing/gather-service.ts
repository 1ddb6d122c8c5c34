import { extname } from 'node:path';
import { AirworthyError } from '../../kernel/errors.ts';
import {
  type Signature,
  signatureOf,
  signatureOfAnswers,
  signatureOfTensors,
} from '../../models/signature.ts';
import { COMMAND_FILES, openGraphRuntime, type RuntimeSpec } from '../../serving/index.ts';
import type { Context } from '../../store/ports.ts';
import { bundleFunction } from './bundle-function.ts';
import { readPromptVersion } from './read-prompt-version.ts';
import { readServiceBytes, readServiceFiles } from './service-files.ts';

/** A service as its bundle holds it. */
export interface GatheredService {
  /** Says where its files are in the bundle. */
  spec: RuntimeSpec;
  signature: Signature;
  files: Map<string, Buffer>;
  /** Folders of the packages whose code is in the files. */
  packages: string[];
  /** What computes it, for the card. */
  architecture: string;
}

/** Gathers what a service needs to run anywhere. @throws SERVICE_INVALID, MODEL_INVALID, ONNX_RUNTIME_MISSING */
export async function gatherService(
  context: Context,
  folder: string,
  given: RuntimeSpec,
): Promise<GatheredService> {
  // The golden cases have a file of their own.
  const spec: RuntimeSpec = { ...given, golden: [] };
  switch (spec.runtime) {
    case 'function': {
      const { code, packages } = await bundleFunction(folder, spec);
      const path = 'function.mjs';
      const architecture = `a function (${path}, ${packages.length} packages in it)`;
      const files = new Map([[path, code]]);
      return {
        spec: { ...spec, module: path },
        signature: signatureFrom(spec),
        files,
        packages,
        architecture,
      };
    }
    case 'command': {
      const read = await readServiceFiles(folder, spec.files);
      const files = new Map([...read].map(([path, bytes]) => [`${COMMAND_FILES}/${path}`, bytes]));
      const architecture = `a command: ${spec.command.join(' ')}`;
      return {
        spec: { ...spec, files: [...files.keys()] },
        signature: signatureFrom(spec),
        files,
        packages: [],
        architecture,
      };
    }
    case 'remote':
      return bare(spec, `${spec.model} of another server (${spec.protocol}): ${spec.url}`);
    case 'onnx': {
      requireOnnx(spec.graph);
      const graph = await readServiceBytes(folder, spec.graph);
      const { signature, close } = await openGraphRuntime(async () => graph);
      await close();
      const files = new Map([['model.onnx', graph]]);
      return {
        spec: { ...spec, graph: 'model.onnx' },
        signature,
        files,
        packages: [],
        architecture: 'an ONNX graph',
      };
    }
    case 'prompt': {
      if (typeof spec.prompt !== 'string') return bare(spec, `a prompt for ${spec.model}`);
      const { messages, from } = await readPromptVersion(context, spec.prompt);
      return bare(
        { ...spec, prompt: messages, from },
        `prompt ${from.name} version ${from.version} for ${spec.model}`,
      );
    }
  }
}

function bare(spec: RuntimeSpec, architecture: string): GatheredService {
  return { spec, signature: signatureFrom(spec), files: new Map(), packages: [], architecture };
}

/** What a service file says of its input and its answers. */
function signatureFrom({ fields, task, output, tensors }: RuntimeSpec): Signature {
  if (tensors) return signatureOfTensors(tensors.inputs, tensors.outputs);
  if (task) return signatureOf({ fields: fields ?? [], task });
  return signatureOfAnswers(fields ?? [], output ?? {});
}

function requireOnnx(path: string): void {
  if (extname(path) === '.onnx') return;
  throw new AirworthyError('SERVICE_INVALID', { message: `graph: ${path} is no .onnx file`, at: 'graph' });
}
