/** Looks at what others write, never two at once. */
export interface Looks {
  /** A look that begins after the call, so that it sees what was written before. */
  check(): Promise<void>;
  isUnderWay(): boolean;
  /** No look begins any more; resolves when the last has ended. */
  close(): Promise<void>;
}

export function oneLookAtATime(look: () => Promise<void>): Looks {
  let current: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  let closed = false;
  function check(): Promise<void> {
    if (current === undefined) {
      current = look().finally(() => {
        current = undefined;
      });
      return current;
    }
    next ??= current
      .catch(() => undefined)
      .then(() => {
        next = undefined;
        return closed ? undefined : check();
      });
    return next;
  }
  return {
    check,
    isUnderWay: () => current !== undefined,
    async close() {
      closed = true;
      await (next ?? current)?.catch(() => undefined);
    },
  };
}
