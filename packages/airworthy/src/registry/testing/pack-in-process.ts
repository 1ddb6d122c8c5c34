// `node pack-in-process.ts pack FOLDER NUMBER` packs the small model with that baseline and prints the digest;
// `… verify FOLDER DIGEST` prints a verification. An error is printed as JSON.
import { contextOf } from '../../../test/test-context.ts';
import { AirworthyError } from '../../kernel/errors.ts';
import { openStore } from '../../store/open-store.ts';
import { packBundle, verifyBundle } from '../index.ts';
import { packInput, smallModel } from './packing.ts';

const [verb, folder, argument] = process.argv.slice(2);
const store = openStore(folder);
const context = contextOf(store);

async function pack(baseline: number): Promise<string> {
  const model = smallModel();
  if (model.estimator.kind === 'trees') model.estimator.baseline = [baseline];
  return (await packBundle(context, await packInput(context, model))).digest;
}

try {
  const result = verb === 'pack' ? await pack(Number(argument)) : await verifyBundle(context, argument);
  console.log(typeof result === 'string' ? result : JSON.stringify(result));
} catch (error) {
  if (!AirworthyError.is(error)) throw error;
  console.log(JSON.stringify(error));
}
await store.close();
