import type { Context } from '../../store/ports.ts';
import type { Channel, MonitoringConfig } from '../schema.ts';
import { channelName, LOG } from './channels.ts';
import { toProblem } from './delivery-problem.ts';
import { type Letter, writeDigest, writeLetter } from './letter.ts';
import { headline } from './message.ts';
import { changeRows, giveUpChannel, pruneNotifications, takeDue, type WaitingRow, waitingChannels } from './outbox.ts';
import { postWebhook } from './post-webhook.ts';
import { ATTEMPTS, waitAfter } from './retry-schedule.ts';
import { sendEmail } from './send-email.ts';

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

  /** Sends what is due, most urgent first, until the channel fails. */
  async function serve(name: string, channel: Channel, now: number): Promise<void> {
    let deliveries = bundle(await takeDue(context, name, now));
    while (deliveries.length > 0 && !closing.signal.aborted) {
      const [{ rows, letter }] = deliveries;
      try {
        await send(channel, letter);
        await changeRows(context, rows.map(({ id, attempts }) => ({ id, change: deliveredAfter(attempts, now) })));
      } catch (thrown) {
        if (closing.signal.aborted) return;
        const problem = toProblem(thrown, timeout / 1_000);
        const failed = problem.channelFails ? deliveries.flatMap((each) => each.rows) : rows;
        await postpone(name, failed, problem.message, now);
        if (problem.channelFails) return;
      }
      deliveries = deliveries.slice(1);
    }
  }

  async function postpone(name: string, rows: readonly WaitingRow[], problem: string, now: number): Promise<void> {
    const wait = waitAfter(1 + rows[0].attempts, Math.random());
    const changes = rows.map((row) => {
      const attempts = row.attempts + 1;
      const waiting = { attempts, problem, next_at: now + wait };
      const ended = { attempts, problem, state: 'given-up' as const, ended_at: now };
      return { id: row.id, change: attempts < ATTEMPTS ? waiting : ended };
    });
    await changeRows(context, changes);
    const givenUp = changes.filter(({ change }) => 'state' in change).length;
    context.log.warn({ channel: name, problem, waiting: rows.length - givenUp, givenUp }, 'alerts were not delivered');
  }

  async function serveLog(now: number): Promise<void> {
    const rows = await takeDue(context, LOG, now);
    for (const { message } of rows) {
      const { id, tier, kind, endpoint, version, state } = message.alert;
      context.log.warn({ alert: id, tier, kind, endpoint, version, state }, headline(message));
    }
    await changeRows(context, rows.map(({ id }) => ({ id, change: deliveredAfter(0, now) })));
  }

  function start(name: string, now: number): Promise<void> | undefined {
    if (busy.has(name)) return undefined;
    const channel = channels.get(name);
    const work =
      name === LOG
        ? serveLog(now)
        : channel === undefined
          ? giveUpChannel(context, name, 'the channel is no longer configured', now)
          : serve(name, channel, now);
    const done = work.finally(() => busy.delete(name));
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

function deliveredAfter(attempts: number, now: number) {
  return { state: 'delivered' as const, attempts: attempts + 1, problem: null, ended_at: now };
}

/** Pages, then tickets, one letter each; then all digests in one. */
function bundle(rows: readonly WaitingRow[]): { rows: WaitingRow[]; letter: Letter }[] {
  const of = (tier: string) => rows.filter(({ message }) => message.alert.tier === tier);
  const single = [...of('page'), ...of('ticket')].map((row) => ({
    rows: [row],
    letter: writeLetter(row.id, row.message),
  }));
  const digests = of('digest');
  if (digests.length === 0) return single;
  const letter = writeDigest(
    digests[0].id,
    digests.map(({ message }) => message),
  );
  return [...single, { rows: digests, letter }];
}
