import { AirworthyError } from '../../../kernel/errors.ts';
import type { ReadAnswers } from '../read-answers.ts';
import type { Runtime } from '../runtime.ts';
import type { RemoteSpec } from '../schema.ts';
import type { Service } from '../service.ts';
import { oipRuntime } from './oip-runtime.ts';

/** A release that another server computes. @throws SERVICE_INVALID where the variable with its key is not set */
export async function openRemoteRuntime(
  { signature }: Service,
  spec: RemoteSpec,
  readAnswers: ReadAnswers,
): Promise<Runtime> {
  const headers = authorization(spec);
  if (spec.protocol === 'openai') {
    const { openaiRuntime } = await import('./openai-runtime.ts');
    return openaiRuntime({ spec, signature, readAnswers, headers });
  }
  const { name, limits, url, model, version, inputs, result, parameters } = spec;
  const target = { url, model, version, headers, inputs, result, parameters };
  return oipRuntime({ kind: 'remote', name, signature, limits, readAnswers, target });
}

function authorization({ name, key }: RemoteSpec): Record<string, string> {
  if (key === undefined) return {};
  const variable = key.slice('env '.length);
  const value = process.env[variable];
  if (value) return { authorization: `Bearer ${value}` };
  throw new AirworthyError('SERVICE_INVALID', {
    message: `${name}: the environment variable ${variable}, which has the server's key, is not set`,
    at: 'key',
  });
}
