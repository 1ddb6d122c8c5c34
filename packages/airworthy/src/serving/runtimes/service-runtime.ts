import { AirworthyError } from '../../kernel/errors.ts';
import { parseJson } from '../../kernel/parse-json.ts';
import type { Signature } from '../../models/signature.ts';
import { readBundleFile } from '../../registry/index.ts';
import type { Context } from '../../store/ports.ts';
import type { Gateway } from '../gateway/gateway.ts';
import { openGraphRuntime } from './graph-runtime.ts';
import type { PackedPrompt } from './prompt.ts';
import { createAnswerReader } from './read-answers.ts';
import { replayService } from './replay-service.ts';
import type { Runtime } from './runtime.ts';
import { type PromptSpec, RuntimeSpec } from './schema.ts';
import type { Service } from './service.ts';
import type { UnprovenRuntime } from './unproven-runtime.ts';

/** What some services need beside their bundle. */
export interface ServiceMeans {
  /** Of prompts. */
  gateway?: Gateway | undefined;
}

/** Opens what a bundle with a runtime.json holds. */
export async function openServiceRuntime(
  context: Context,
  bundle: string,
  means: ServiceMeans,
): Promise<UnprovenRuntime> {
  const read = (path: string) => readBundleFile(context, bundle, path);
  const readJson = async (path: string) => parseJson((await read(path)).toString('utf8'));
  const spec = readSpec(await readJson('runtime.json'));
  const signature = (await readJson('signature.json')) as Signature;
  const runtime = await openService({ context, spec, signature, read }, means);
  return { runtime, replay: async () => replayService(runtime, await readJson('golden.json')) };
}

/** Starts a service; what its kind needs is loaded with it, so that others carry none of it. @throws SERVICE_INVALID, and what its runtime throws */
export async function openService(service: Service, means: ServiceMeans): Promise<Runtime> {
  const { spec, signature, read } = service;
  const { name } = spec;
  const threshold = 'threshold' in spec ? spec.threshold : undefined;
  const readAnswers = createAnswerReader(name, signature, threshold);
  switch (spec.runtime) {
    case 'function': {
      const { openFunctionRuntime } = await import('./function-runtime.ts');
      return openFunctionRuntime(service, spec, readAnswers);
    }
    case 'command': {
      const { openCommandRuntime } = await import('./command-runtime.ts');
      return openCommandRuntime(service, spec, readAnswers);
    }
    case 'remote': {
      const { openRemoteRuntime } = await import('./remote/remote-runtime.ts');
      return openRemoteRuntime(service, spec, readAnswers);
    }
    case 'onnx':
      return openGraphRuntime(() => read(spec.graph));
    case 'prompt': {
      if (means.gateway === undefined)
        throw new AirworthyError('SERVICE_INVALID', {
          message: `${name} is a prompt, and no gateway is here to ask`,
        });
      const { createPromptRuntime } = await import('./prompt.ts');
      return createPromptRuntime(toPrompt(spec, signature), means.gateway);
    }
  }
}

/** A packed prompt has its messages, whatever named them. */
function toPrompt(spec: PromptSpec, signature: Signature): PackedPrompt {
  const { prompt, from, model, parameters, tools, output } = spec;
  if (typeof prompt === 'string')
    throw new AirworthyError('SERVICE_INVALID', {
      message: `${spec.name}: its messages are not in the bundle`,
    });
  return { ...from, messages: prompt, model, parameters, tools, output, signature };
}

/** @throws SERVICE_INVALID */
export function readSpec(value: unknown): RuntimeSpec {
  const parsed = RuntimeSpec.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const at = issue.path.join('.');
  throw new AirworthyError('SERVICE_INVALID', {
    message: `the service: ${at === '' ? '' : `${at}: `}${issue.message}`,
    ...(at === '' ? {} : { at }),
  });
}
