/** Exit codes of the command line. */
export const EXIT = { ok: 0, notDone: 1, badInput: 2, unavailable: 4, interrupted: 130 } as const;
