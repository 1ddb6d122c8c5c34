import { Readable } from 'node:stream';
import { main } from '../main.ts';
import type { Terminal } from '../terminal.ts';

export interface CommandOutcome {
  code: number;
  out: string;
  err: string;
  /** Standard output as JSON. */
  json<Value = Record<string, unknown>>(): Value;
}

/** Runs a command line in this process, as a person would in a folder, and returns what it wrote. */
export async function runCommandLine(
  argv: readonly string[],
  given: { cwd?: string; input?: string; env?: Record<string, string>; signal?: AbortSignal } = {},
): Promise<CommandOutcome> {
  const out: string[] = [];
  const err: string[] = [];
  const terminal: Terminal = {
    out: (line) => void out.push(line),
    err: (line) => void err.push(line),
    interactive: false,
    colour: false,
    cwd: given.cwd ?? process.cwd(),
    env: given.env ?? {},
    readInput: async () => given.input ?? '',
    readLines: () => Readable.from((given.input ?? '').split(/\r?\n/)),
    signal: given.signal ?? new AbortController().signal,
  };
  const code = await main(argv, terminal);
  const text = out.join('\n');
  return { code, out: text, err: err.join('\n'), json: () => JSON.parse(text) };
}
