import type { AirworthyError } from '../kernel/errors.ts';
import { paint, type Terminal } from './terminal.ts';

/** An error for a person (standard error: what, where, remedy) or, with --json, for a program (standard output). */
export function printError(
  terminal: Terminal,
  error: AirworthyError,
  options: { json: boolean; verbose: boolean },
): void {
  if (options.json) {
    terminal.out(JSON.stringify({ error }, null, 2));
    return;
  }
  terminal.err(`${paint(terminal, ['red', 'bold'], error.code)}  ${error.message}`);
  // Where the message itself names the place, repeating it would only be noise.
  if (error.at !== undefined && !error.message.includes(error.at)) {
    terminal.err(`  ${paint(terminal, 'dim', 'at')}  ${error.at}`);
  }
  terminal.err(`  ${paint(terminal, 'dim', 'do')}  ${error.remedy}`);
  if (options.verbose) terminal.err(stackOf(error));
}

function stackOf(error: Error): string {
  const cause = error.cause instanceof Error ? `\ncaused by ${stackOf(error.cause)}` : '';
  return `${error.stack}${cause}`;
}
