import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  type GatewayCall,
  type GatewayRequest,
  optionsFromHeaders,
  passedHeaders,
} from '../../serving/index.ts';
import { RunId } from '../../tracking/index.ts';
import { clientGone } from '../client-gone.ts';

const LONGEST_NAME = 500;

/** Who calls from where, beside what is asked. */
export interface CallOrigin {
  run?: string | undefined;
  upstream?: string | undefined;
  recorded?: boolean;
  /** Is the caller's `authorization` for the provider, and not for this server? */
  passesKey: boolean;
}

/** What is known of a call: from its headers, and from the members of the body that name a person and a conversation. */
export function callOfRequest(
  { headers }: FastifyRequest,
  reply: FastifyReply,
  { body }: Pick<GatewayRequest, 'body'>,
  { run, upstream, recorded, passesKey }: CallOrigin,
): GatewayCall {
  const metadata = (body?.metadata ?? {}) as Record<string, unknown>;
  const named = headers['x-airworthy-run'];
  const { timeoutMs, unit } = optionsFromHeaders((name) => headers[name]);
  const cache = headers['x-airworthy-cache'];
  return {
    ...{ run: run ?? (RunId.safeParse(named).success ? String(named) : undefined), timeoutMs },
    ...{ upstream, recorded },
    authorization: passesKey ? headers.authorization : undefined,
    headers: passedHeaders(headers),
    traceparent: headers.traceparent as string | undefined,
    user: firstText(headers['x-airworthy-user'], body?.user, body?.safety_identifier, metadata.user_id),
    session: firstText(headers['x-airworthy-session'], metadata.session_id, unit),
    signal: clientGone(reply),
    ...(cache === 'off' || cache === 'force' ? { cache } : {}),
  };
}

function firstText(...values: unknown[]): string | undefined {
  const found = values.find((value) => typeof value === 'string' && value !== '');
  return found === undefined ? undefined : String(found).slice(0, LONGEST_NAME);
}
