import type { Context } from '../../store/ports.ts';
import type { Channel, MonitoringConfig } from '../schema.ts';
import { channelName, LOG } from './channels.ts';
import type { Letter } from './letter.ts';
import { headline } from './message.ts';
import { giveUpChannel, pruneNotifications, takeDue, waitingChannels } from './outbox.ts';
import { postWebhook } from './post-webhook.ts';
import { sendEmail } from './send-email.ts';
import { markDelivered, serveChannel } from './serve-channel.ts';

const TIMEOUT_MS = 10_000;
const KEEP_ENDED_MS = 30 * 24 * 3_600_000;

/** Takes alerts from the outbox to the channels of a project's config. */
export interface Notifier {
  /**
   * Delivers what is due (by the context's clock where no time is given) and resolves when every channel has taken it or
   * failed. A channel that is still busy from the call before is left alone, so that one that hangs holds up no other.
   */
  deliver(now?: number): Promise<void>;
  /** Breaks off what is under way; it stays waiting. */
  close(): Promise<void>;
}

export interface NotifierOptions {
  /** Where secrets are; the process's environment where absent. */
  env?: NodeJS.ProcessEnv;
  /** Milliseconds a channel may take to answer. */
  timeout?: number;
}

/**
 * A notifier for a project's channels. What was told is told once, or again where the process was killed before it was
 * noted; what fails is tried again for a day, then given up, on record.
 *
 * @example
 * const notifier = createNotifier(context, config.monitoring);
 * await notifier.deliver();
 */
export function createNotifier(
  context: Context,
  config: Pick<MonitoringConfig, 'channels'>,
  { env = process.env, timeout = TIMEOUT_MS }: NotifierOptions = {},
): Notifier {
  const closing = new AbortController();
  const busy = new Map<string, Promise<void>>();
  const channels = new Map(config.channels.map((channel) => [channelName(channel), channel]));

  function send(channel: Channel, letter: Letter): Promise<void> {
    const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(timeout)]);
    return channel.kind === 'webhook'
      ? postWebhook(channel, letter, { env, signal })
      : sendEmail(channel, letter, { env, signal, timeout });
  }

  async function serve(name: string, now: number): Promise<void> {
    const channel = channels.get(name);
    if (name === LOG) await writeLog(context, now);
    else if (channel === undefined)
      await giveUpChannel(context, name, 'the channel is no longer configured', now);
    else {
      const carrier = { name, timeout, closing: closing.signal };
      await serveChannel(context, { ...carrier, send: (letter) => send(channel, letter) }, now);
    }
  }

  function start(name: string, now: number): Promise<void> | undefined {
    if (busy.has(name)) return undefined;
    const done = serve(name, now).finally(() => busy.delete(name));
    busy.set(name, done);
    return done;
  }

  return {
    async deliver(now = context.clock.now()) {
      if (closing.signal.aborted) return;
      const names = await waitingChannels(context);
      await Promise.all(names.map((name) => start(name, now)));
      await pruneNotifications(context, now - KEEP_ENDED_MS);
    },
    async close() {
      closing.abort();
      await Promise.allSettled(busy.values());
    },
  };
}

/** The channel that needs nothing: one line an alert, for whoever collects logs. */
async function writeLog(context: Context, now: number): Promise<void> {
  const rows = await takeDue(context, LOG, now);
  for (const { message } of rows) {
    const { id, tier, kind, endpoint, version, state } = message.alert;
    context.log.warn({ alert: id, tier, kind, endpoint, version, state }, headline(message));
  }
  await markDelivered(context, rows, now);
}
