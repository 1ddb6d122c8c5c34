import { canonicalJson } from '../../kernel/canonical-json.ts';
import { contentKey, sha256 } from '../../kernel/ids.ts';
import type { ModelRequest } from '../tasks/task.ts';
import type { KeyParts } from './schema.ts';

/** Changes when requests are made or answers are read in another way, so that older answers are not taken for newer ones. */
const ADAPTER = 'http-json/1';
/** Characters of a digest that are kept where it is only compared. */
const DIGEST_START = 16;
const LONGEST_VALUE = 40;

/** Which of several equal calls it is. */
export interface CallPlace {
  seed: number | string;
  trial: number;
}

/**
 * The name of a call: all that decides its answer. Timeouts, retries, concurrency, keys and headers are no part of it.
 *
 * @example
 * keyOfCall({ endpoint: 'http://127.0.0.1:8000/v1', path: 'chat/completions', model: 'm', body }, { seed: 1, trial: 0 });
 */
export function keyOfCall(request: ModelRequest, { seed, trial }: CallPlace): string {
  return contentKey({
    adapter: ADAPTER,
    endpoint: bareAddress(request.endpoint),
    path: request.path,
    model: request.model,
    body: request.body ?? null,
    seed: String(seed),
    trial,
    salt: request.salt ?? '',
  });
}

/** The same by name, to say later which of them changed. Messages and tools each have their own. */
export function partsOfCall(request: ModelRequest, { seed, trial }: CallPlace): KeyParts {
  return {
    adapter: ADAPTER,
    endpoint: bareAddress(request.endpoint),
    path: request.path,
    model: request.model,
    seed: String(seed),
    trial: String(trial),
    ...(request.salt === undefined ? {} : { salt: shown(request.salt) }),
    ...partsOfBody(request.body),
  };
}

/** An address without user, password and query, which may hold keys. */
export function bareAddress(address: string): string {
  if (!/[@?#]/.test(address)) return address;
  const url = URL.parse(address);
  return url === null ? address : `${url.origin}${url.pathname}`;
}

function partsOfBody(body: unknown): Record<string, string> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return { body: shown(body) };
  const parts: Record<string, string> = {};
  for (const [name, value] of Object.entries(body)) {
    if (value === undefined || name === 'model') continue;
    if (!Array.isArray(value)) parts[name] = shown(value);
    else for (const [index, item] of value.entries()) parts[`${name}[${index}]`] = shown(item);
  }
  return parts;
}

/** Numbers and switches as they are; of texts, which may be anybody's words, only a digest. */
function shown(value: unknown): string {
  const text = canonicalJson(value ?? null);
  const plain = typeof value !== 'object' && typeof value !== 'string' && text.length <= LONGEST_VALUE;
  return plain ? text : `${sha256(text).slice(0, DIGEST_START)}…`;
}
