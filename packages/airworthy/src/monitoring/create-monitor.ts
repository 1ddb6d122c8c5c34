import type { Context } from '../store/ports.ts';
import { closeWindows } from './close-windows.ts';
import { createNotifier } from './notify/create-notifier.ts';
import { createWindowObserver, type WindowObserver } from './observe-windows.ts';
import { checkLiveness } from './policy/check-liveness.ts';
import type { MonitoringConfig, WindowReport } from './schema.ts';
import { createCalendar } from './windows/calendar.ts';

/** What watches the endpoints of a project in this process. */
export interface Monitor {
  /** For `createEndpoints`; undefined where monitoring is switched off. */
  readonly observer: WindowObserver | undefined;
  /** Reports what is due; calls that come while one is under way wait for it and then do what is left. */
  closeWindows(now?: number): Promise<WindowReport[]>;
  /** The same, then looks for endpoints that are silent or gone, and tells what is to be told, without waiting for it. */
  watch(now?: number): Promise<WindowReport[]>;
  /** Waits for what is under way, and breaks off what is being told. The endpoints are closed before it. */
  close(): Promise<void>;
}

/**
 * @example
 * const monitor = createMonitor(context, { config: MonitoringConfig.parse({}) });
 * const endpoints = createEndpoints(context, { config: serving, observer: monitor.observer });
 * await endpoints.flush();
 * await monitor.closeWindows();
 */
export function createMonitor(context: Context, { config }: { config: MonitoringConfig }): Monitor {
  const calendar = createCalendar(config.timeZone);
  const notifier = createNotifier(context, config);
  let last: Promise<unknown> = Promise.resolve();
  let telling: Promise<void> = Promise.resolve();

  /** One after the other, so that a call finds what the one before has stored. */
  function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = last.then(work);
    last = done.catch(() => undefined);
    return done;
  }

  async function close(now = context.clock.now()): Promise<WindowReport[]> {
    return config.enabled ? closeWindows(context, config, calendar, now) : [];
  }

  return {
    observer: config.enabled ? createWindowObserver(context, config, calendar) : undefined,
    closeWindows: (now) => inTurn(() => close(now)),
    watch: (now = context.clock.now()) =>
      inTurn(async () => {
        const reports = await close(now);
        if (config.enabled) await checkLiveness(context, config, now);
        telling = notifier
          .deliver(now)
          .catch((error) =>
            context.log.error({ error: String(error) }, 'alerts could not be told; tried again'),
          );
        return reports;
      }),
    async close() {
      await last;
      await notifier.close();
      await telling;
    },
  };
}
