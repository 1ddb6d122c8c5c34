import { createHmac } from 'node:crypto';

const PREFIX = 'whsec_';

/**
 * The headers of a signed webhook (Standard Webhooks 1.0.0): HMAC-SHA256 over id, time of the attempt and body. The id
 * stays the same however often a message is sent, so that a receiver can tell a repeated one.
 *
 * @param secret `whsec_` and base64, or any text.
 * @example
 * signWebhook({ id: 'a1', at: 1_700_000_000_000, body: '{}', secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' });
 */
export function signWebhook(input: {
  id: string;
  /** Milliseconds since the epoch. */
  at: number;
  body: string;
  secret: string | undefined;
}): Record<string, string> {
  const { id, at, body, secret } = input;
  const timestamp = String(Math.floor(at / 1_000));
  const headers = { 'webhook-id': id, 'webhook-timestamp': timestamp };
  if (secret === undefined) return headers;
  const key = secret.startsWith(PREFIX)
    ? Buffer.from(secret.slice(PREFIX.length), 'base64')
    : Buffer.from(secret, 'utf8');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { ...headers, 'webhook-signature': `v1,${signature}` };
}
