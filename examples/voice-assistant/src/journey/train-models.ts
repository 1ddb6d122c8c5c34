import { RECIPES } from './recipes.ts';
import { PROJECT, runAirworthy } from './run-airworthy.ts';
import type { Rung } from './rung.ts';

interface Training {
  dataFolder: string;
  python: string;
  onProgress: (line: string) => void;
  trained: Trained;
  signal?: AbortSignal | undefined;
}

/** Made already in this journey: some rungs share a model. */
export type Trained = Set<string>;

/** Makes the models of a rung anew, once each: each command of a recipe is a recorded run of the experiment `training`, with its curves. */
export async function trainModels({ id, files }: Rung, options: Training): Promise<void> {
  const { dataFolder, python, onProgress, trained, signal } = options;
  for (const file of files.filter((each) => !trained.has(each))) {
    trained.add(file);
    for (const command of RECIPES[file] ?? []) {
      onProgress(`${id}: ${command}`);
      const words = command.split(' ').map((word) => (word === 'python' ? python : word));
      await runAirworthy(
        ['run', '--experiment', 'training', '--name', file, '--project', PROJECT, '--', ...words],
        {
          dataFolder,
          signal,
        },
      );
    }
  }
}
