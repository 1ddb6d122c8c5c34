import { formatWaterfall } from '../turn/format-waterfall.ts';
import type { TurnResult } from '../turn/turn.ts';
import { EXIT } from './exit-codes.ts';
import { paint, type Terminal } from './terminal.ts';

/** Prints what came of a turn for a person. */
export function printTurn(terminal: Terminal, result: TurnResult, { trace }: { trace: boolean }): void {
  const { outcome, text, calls, reply, problems, failure } = result;
  terminal.out(reply === '' ? `(${outcome})` : reply);
  terminal.err(
    paint(terminal, 'dim', `${outcome}: “${text}” → ${calls.map(sayCall).join(', ') || 'no call'}`),
  );
  for (const { code, message } of problems) terminal.err(paint(terminal, 'yellow', `${code}: ${message}`));
  if (failure !== null)
    terminal.err(paint(terminal, 'red', `${failure.stage} ${failure.code}: ${failure.message}`));
  if (trace) for (const line of formatWaterfall(result)) terminal.out(line);
}

function sayCall({ name, arguments: args }: TurnResult['calls'][number]): string {
  const given = Object.entries(args).map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
  return `${name}(${given.join(', ')})`;
}

/**
 * The exit code of a turn.
 *
 * @param isSpoken its reply was to be spoken too
 */
export function exitOf({ outcome, failure }: TurnResult, { isSpoken }: { isSpoken: boolean }): number {
  const isMute = isSpoken && failure !== null;
  if (!isMute && (outcome === 'done' || outcome === 'asks-first' || outcome === 'not-for-me')) return EXIT.ok;
  return failure?.code === 'unavailable' ? EXIT.unavailable : EXIT.notDone;
}
