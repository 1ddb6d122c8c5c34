import { styleText } from 'node:util';

/** What a command sees of the world outside. Tests give their own. */
export interface Terminal {
  /** One line of results. */
  out(line: string): void;
  /** One line for the person who watches. */
  err(line: string): void;
  readonly colour: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

/** The terminal of this process. A second Ctrl-C ends at once. */
export function processTerminal(): Terminal {
  const interrupted = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      if (interrupted.signal.aborted) process.exit(130);
      interrupted.abort();
    });
  }
  // Whoever reads may have seen enough (`| head`).
  process.stdout.on('error', () => process.exit(0));
  return {
    out: (line) => void process.stdout.write(`${line}\n`),
    err: (line) => void process.stderr.write(`${line}\n`),
    colour: process.stdout.isTTY === true && !process.env.NO_COLOR,
    env: process.env,
    signal: interrupted.signal,
  };
}

/** Text in a style where the terminal has colours. */
export function paint(terminal: Terminal, style: Parameters<typeof styleText>[0], text: string): string {
  return terminal.colour ? styleText(style, text, { validateStream: false }) : text;
}
