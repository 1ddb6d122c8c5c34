import { AirworthyError } from '../../kernel/errors.ts';
import type { ModelRequest } from '../tasks/task.ts';
import { bareAddress } from './call-key.ts';

/** Where a path below an endpoint is. A query that the endpoint's address has stays at the end. */
export function addressOf(endpoint: string, path: string): URL {
  const address = URL.parse(endpoint);
  if (address === null || !/^https?:$/.test(address.protocol)) {
    throw new AirworthyError('TASK_INVALID', {
      message: `"${bareAddress(endpoint)}" is no http(s) address`,
      remedy: 'Write the endpoint as an address, such as http://127.0.0.1:8000/v1.',
    });
  }
  if (path !== '') address.pathname = `${address.pathname.replace(/\/$/, '')}/${path.replace(/^\//, '')}`;
  return address;
}

/** Headers with the key, which is in no record. Throws MODEL_KEY_MISSING. */
export function headersOf(
  { headers, keyVariable, model, endpoint }: ModelRequest,
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  if (keyVariable === undefined) return { ...headers };
  const key = env[keyVariable];
  if (key) return { authorization: `Bearer ${key}`, ...headers };
  throw new AirworthyError('MODEL_KEY_MISSING', {
    message: `${model || bareAddress(endpoint)}: the environment variable ${keyVariable} is not set`,
    facts: { variable: keyVariable },
  });
}
