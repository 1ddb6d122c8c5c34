import { fitBoosting } from '../fit-boosting.ts';
import { randomData } from './random-data.ts';

/** How many trees a fit on two threads gives, inside a thread. */
export async function fitInWorker({ rows, seed }: { rows: number; seed: number }): Promise<number> {
  const { matrix, label } = randomData(rows, seed);
  const { trees } = await fitBoosting(matrix, label, null, {
    objective: 'logistic',
    iterations: 3,
    threads: 2,
  });
  return trees.length;
}
