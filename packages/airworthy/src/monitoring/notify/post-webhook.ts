import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { systemClock } from '../../kernel/clock.ts';
import type { Channel } from '../schema.ts';
import { DeliveryProblem, secretFrom } from './delivery-problem.ts';
import type { Letter } from './letter.ts';
import { checkedLookup, requireAllowed } from './resolve-host.ts';
import { signWebhook } from './sign-webhook.ts';

type Webhook = Extract<Channel, { kind: 'webhook' }>;

/** Answers that may be another ones later, although they are the caller's fault by their number. */
const TRY_AGAIN = new Set([408, 425, 429]);

/**
 * Posts a letter and resolves when it was taken (2xx). Redirects are not followed: they could lead to where the channel
 * may not. Throws DeliveryProblem.
 */
export async function postWebhook(
  channel: Webhook,
  letter: Letter,
  { env, signal }: { env: NodeJS.ProcessEnv; signal: AbortSignal },
): Promise<void> {
  const url = readUrl(channel, env);
  requireAllowed(hostOf(url), channel.allowPrivate);
  const body = JSON.stringify(channel.shape === 'slack' ? { text: slackText(letter.text) } : letter.body);
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'user-agent': 'airworthy',
    // The receiver compares it with its own clock: the time of the attempt, in a rehearsal too.
    ...signWebhook({
      id: letter.id,
      at: systemClock.now(),
      body,
      secret: secretFrom(channel.secretFrom, env),
    }),
  };
  const status = await new Promise<number>((settle, fail) => {
    const send = url.protocol === 'https:' ? requestHttps : requestHttp;
    // An agent would hand one channel's connection to another that may not go there.
    const options = {
      method: 'POST',
      headers,
      agent: false,
      lookup: checkedLookup(channel.allowPrivate),
      signal,
    };
    const request = send(url, options, (response) => {
      settle(response.statusCode ?? 0);
      response.destroy();
    });
    request.on('error', fail);
    request.end(body);
  });
  if (status >= 200 && status < 300) return;
  if (status >= 300 && status < 400) {
    throw new DeliveryProblem(`HTTP ${status}: redirects are not followed; give the address it leads to`);
  }
  const channelFails = status >= 500 || TRY_AGAIN.has(status);
  throw new DeliveryProblem(`HTTP ${status}`, { channelFails });
}

function readUrl({ url, urlFrom }: Webhook, env: NodeJS.ProcessEnv): URL {
  const text = url ?? secretFrom(urlFrom, env) ?? '';
  const parsed = URL.canParse(text) ? new URL(text) : undefined;
  if (parsed && /^https?:$/.test(parsed.protocol)) return parsed;
  throw new DeliveryProblem(`${urlFrom ?? 'url'} does not hold an http or https address`);
}

function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, '$1');
}

/** Slack reads `<!channel>` and `<https://…>` as more than text, and alerts quote values that anybody may have sent. */
function slackText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
