import pino from 'pino';

export type Logger = pino.Logger;

/** Structured logs on standard error, so that standard output stays free for results. */
export function createLogger(level: pino.LevelWithSilent = 'info'): Logger {
  return pino({ level, base: null }, pino.destination({ dest: 2, sync: true }));
}
