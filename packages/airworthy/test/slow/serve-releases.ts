/** `serve-releases FOLDER JSON`: serves releases of a data folder one after the other and prints what became of each. */
import { AirworthyError } from '../../src/kernel/errors.ts';
import { createEndpoints, type Release, ServingConfig } from '../../src/serving/index.ts';
import { openStore } from '../../src/store/open-store.ts';
import { contextOf } from '../test-context.ts';

const [folder, plan] = process.argv.slice(2);
const context = contextOf(openStore(folder));
const endpoints = createEndpoints(context, { config: ServingConfig.parse({}) });
const said: object[] = [];
for (const { release, records } of JSON.parse(plan) as { release: Release; records: object[] }[])
  said.push(await serve(release, records));
await endpoints.close();
await context.store.close();
console.log(JSON.stringify(said));

async function serve(release: Release, records: object[]): Promise<object> {
  try {
    await endpoints.deploy(release.model, release);
    return { answers: (await endpoints.predict(release.model, records)).predictions.length };
  } catch (error) {
    if (AirworthyError.is(error)) return { code: error.code };
    throw error;
  }
}
