import type { App } from '../app.ts';
import { AirworthyError } from '../kernel/errors.ts';
import type { Call } from './command.ts';
import { serverRefusal } from './server-refusal.ts';

/** A server to ask, and the token it wants. */
export interface AskedServer {
  url: string;
  token: string | undefined;
}

/** The server that has the data folder; undefined where none has it, and then it is this process's to write to. */
export function runningServer(app: App): AskedServer | undefined {
  const { lock } = app.context.store;
  const holder = lock.tryClaim();
  if (holder === undefined) return undefined;
  if (holder.address === null) throw lock.refusal(holder);
  return { url: holder.address, token: holder.token };
}

/**
 * A server's answer to JSON; without a body it is only read.
 *
 * @throws SERVER_UNREACHABLE, SERVER_REFUSED with the server's own words
 */
export async function askServer<Answer>(
  call: Call,
  { url, token }: AskedServer,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const response = await fetch(addressOf(url, path), {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      ...headers,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token ? { authorization: `Bearer ${token}` } : {}),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: call.terminal.signal,
  }).catch((cause: unknown) => {
    throw new AirworthyError('SERVER_UNREACHABLE', { message: `no answer from ${url}`, cause });
  });
  const answer: unknown = await response.json().catch(() => ({}));
  if (response.ok) return answer as Answer;
  throw serverRefusal(url, response.status, answer);
}

function addressOf(url: string, path: string): URL {
  try {
    return new URL(path, url.endsWith('/') ? url : `${url}/`);
  } catch {
    throw new AirworthyError('BAD_ARGUMENT', {
      message: `--url ${url} is no address`,
      remedy: 'Give it with its scheme: http://127.0.0.1:4400',
    });
  }
}
