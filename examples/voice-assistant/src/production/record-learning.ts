import { join } from 'node:path';
import { runAirworthy } from '../journey/run-airworthy.ts';

export interface LearningSetting {
  dataFolder: string;
  /** The version's own folder is made there. */
  folder: string;
}

/** Trains a version by learn.ts as a recorded run: its code, its input, what it wrote. */
export async function recordLearning(
  { dataFolder, folder }: LearningSetting,
  version: string,
  more: readonly string[] = [],
): Promise<void> {
  const script = join(import.meta.dirname, 'learn.ts');
  const command = [process.execPath, ...process.execArgv, script, '--authors', 'a', ...more];
  const own = ['--data', dataFolder, '--out', join(folder, version)];
  await runAirworthy(['run', '--experiment', 'production', '--name', version, '--', ...command, ...own], {
    dataFolder,
  });
}
