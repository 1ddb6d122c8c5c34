import { PROJECT } from '../journey/run-airworthy.ts';
import { recordTurn } from './record-turn.ts';

/** A typed turn as a recorded run: what was understood and said, and the trace as a waterfall. Returns the exit code. */
export async function sayTurn(text: string, dataFolder: string): Promise<number> {
  console.log(await recordTurn(['say', '--trace', text], dataFolder));
  console.error(`records: airworthy up --project ${PROJECT} --data ${dataFolder}`);
  return 0;
}
