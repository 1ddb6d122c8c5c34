import pino from 'pino';

export type Logger = pino.Logger;

/** Structured logs on standard error, so that standard output stays free for results; or line by line to `write`. */
export function createLogger(level: pino.LevelWithSilent = 'info', write?: (line: string) => void): Logger {
  const stream = write ? { write: (line: string) => write(line.trimEnd()) } : undefined;
  return pino({ level, base: null }, stream ?? pino.destination({ dest: 2, sync: true }));
}
