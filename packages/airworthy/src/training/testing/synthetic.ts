import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  addDataset,
  type DatasetVersion,
  type Split,
  type SplitSpec,
  splitDataset,
} from '../../data/index.ts';
import { createRandom } from '../../stats/random.ts';
import type { Context } from '../../store/ports.ts';
import { startRun } from '../../tracking/index.ts';

/** What the rows of the synthetic file can be asked to predict. */
export type SyntheticTarget = 'bought' | 'tier' | 'price';

/** Customers with an age, an income (sometimes missing) and a city; the targets depend on all three, with noise. */
function syntheticCsv(rows: number, seed: number): string {
  const random = createRandom(seed);
  const cities = ['Bern', 'Kyiv', 'Lima', 'Oslo'];
  const lines = Array.from({ length: rows }, (_, row) => {
    const age = 18 + random.integer(60);
    const income = 20 + 80 * random.next();
    const city = random.integer(cities.length);
    const score = (age - 45) / 15 + (income - 60) / 20 + (city === 2 ? 1.5 : 0);
    const bought = score + random.normal() > 0.5;
    const tier = score < -1 ? 'basic' : score < 1 ? 'plus' : 'top';
    const price = 100 + 20 * score + 8 * random.normal();
    const shownIncome = random.next() < 0.1 ? '' : income.toFixed(2);
    return [row % 50, age, shownIncome, cities[city], bought, tier, price.toFixed(3)].join(',');
  });
  return ['household,age,income,city,bought,tier,price', ...lines].join('\n');
}

export interface Synthetic {
  version: DatasetVersion;
  split: Split;
  runId: string;
}

/** The synthetic data as a dataset version with a split, and a run to train under. */
export async function addSynthetic(
  context: Context,
  target: SyntheticTarget,
  rows: number,
  spec: SplitSpec = { by: 'random', test: 0.2, seed: 1 },
): Promise<Synthetic> {
  const folder = join(context.store.folder, 'source');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'customers.csv'), syntheticCsv(rows, 7));
  const features = ['age', 'income', 'city'];
  const config = { source: 'customers.csv', target: { name: target }, features };
  const { version } = await addDataset(context, { name: 'customers', config, folder });
  const split = await splitDataset(context, version, spec);
  const { id } = await startRun(context, { id: '0'.repeat(32), experiment: 'customers', name: 'train' });
  return { version, split, runId: id };
}
