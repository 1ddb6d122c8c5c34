import { createInterface } from 'node:readline';
import { styleText } from 'node:util';
import type { Progress } from '../kernel/progress.ts';
import { processScreen, type Screen } from './top/screen.ts';

type Style = Parameters<typeof styleText>[0];

/** What a command sees of the world outside: where it writes, reads and stands. Tests give their own. */
export interface Terminal {
  /** One line of results, on standard output. */
  out(line: string): void;
  /** One line for the person who watches, on standard error. */
  err(line: string): void;
  /** Is someone watching standard error? Then progress is drawn as bars. */
  readonly interactive: boolean;
  readonly colour: boolean;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** All of standard input, as text. */
  readInput(): Promise<string>;
  /** Standard input line by line, as it comes. */
  readLines(): AsyncIterable<string>;
  /** Aborted by Ctrl-C or a termination signal. */
  readonly signal: AbortSignal;
  /** Where progress goes that is not to be drawn here, because the person watches another process. */
  readonly progress?: Progress;
  /** The whole of standard output’s terminal, to draw on; absent where it goes elsewhere. */
  readonly screen?: Screen;
}

/** The terminal of this process. A second Ctrl-C ends at once. */
export function processTerminal(): Terminal {
  const { env } = process;
  // Whoever reads our output may have seen enough (`| head`).
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  return {
    out: (line) => void process.stdout.write(`${line}\n`),
    err: (line) => void process.stderr.write(`${line}\n`),
    interactive: process.stderr.isTTY === true && env.TERM !== 'dumb',
    // Both, so that no escape codes end up in a file that one of them was sent to.
    colour: process.stdout.isTTY === true && process.stderr.isTTY === true && !env.NO_COLOR,
    cwd: process.cwd(),
    env,
    readInput: readStandardInput,
    readLines: () => createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY }),
    signal: signalOfProcess(),
    ...(process.stdout.isTTY === true && env.TERM !== 'dumb' ? { screen: processScreen() } : {}),
  };
}

/** Text in a style where the terminal has colours. */
export function paint(terminal: Terminal, style: Style, text: string): string {
  return terminal.colour ? styleText(style, text, { validateStream: false }) : text;
}

function signalOfProcess(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(130);
      controller.abort();
    });
  }
  return controller.signal;
}

async function readStandardInput(): Promise<string> {
  process.stdin.setEncoding('utf8');
  let text = '';
  for await (const chunk of process.stdin) text += chunk;
  return text;
}
