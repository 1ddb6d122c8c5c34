import { join } from 'node:path';
import { runAirworthy } from '../journey/run-airworthy.ts';

const PROGRAM = join(import.meta.dirname, 'recorded-assistant.ts');

/** As the assistant's command ends where a turn was not done: that is an answer too. */
const ANSWERED = [0, 1];

/**
 * A command of the assistant's command line, recorded as a run of the experiment `turns` with the trace of each turn; gives what
 * it printed.
 */
export async function recordTurn(args: readonly string[], dataFolder: string): Promise<string> {
  const command = [process.execPath, ...process.execArgv, PROGRAM, ...args];
  return runAirworthy(['run', '--experiment', 'turns', '--name', args.slice(0, 1).join(), '--', ...command], {
    dataFolder,
    env: { ASSISTANT_HOUSEHOLD: join(dataFolder, 'household') },
    accepts: ANSWERED,
  });
}
