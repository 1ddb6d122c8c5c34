import type { Logger } from '../kernel/logger.ts';

/**
 * Does a piece of work again and again, the next one only when the one before has ended. What fails is said once, and
 * tried again.
 */
export function repeat(
  name: string,
  everyMs: number,
  work: () => Promise<unknown>,
  log: Logger,
): { close(): Promise<void> } {
  let underWay: Promise<void> | undefined;
  let trouble: string | undefined;

  async function once(): Promise<void> {
    try {
      await work();
      trouble = undefined;
    } catch (error) {
      if (trouble !== String(error)) log.error({ error: String(error) }, `${name} failed; it is tried again`);
      trouble = String(error);
    }
  }

  const timer = setInterval(() => {
    underWay ??= once().finally(() => {
      underWay = undefined;
    });
  }, everyMs).unref();
  return {
    async close() {
      clearInterval(timer);
      await underWay;
    },
  };
}
