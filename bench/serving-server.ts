// Airworthy's side of `serving.ts`, in a process of its own: `prepare FOLDER FILE` packs a model, `serve FOLDER` serves it.
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createServer } from '../packages/airworthy/src/http/create-server.ts';
import { systemClock } from '../packages/airworthy/src/kernel/clock.ts';
import { createEvents } from '../packages/airworthy/src/kernel/events.ts';
import { createLogger } from '../packages/airworthy/src/kernel/logger.ts';
import { silentProgress } from '../packages/airworthy/src/kernel/progress.ts';
import type { Model } from '../packages/airworthy/src/models/model.ts';
import { projectFrom } from '../packages/airworthy/src/project/load-project.ts';
import { createEndpoints, createStatistics, ServingConfig } from '../packages/airworthy/src/serving/index.ts';
import { openStore } from '../packages/airworthy/src/store/open-store.ts';
import type { Context } from '../packages/airworthy/src/store/ports.ts';
import { ENDPOINT, toRecord } from './serving-record.ts';

const [role, folder, file] = process.argv.slice(2);
if (role === 'prepare') await prepare(folder, file);
else await serve(folder);

/** A model as `serving-models.py` writes it, with rows and what scikit-learn says of them. */
interface Trained {
  model: Model;
  rows: number[][];
  expected: number[];
}

async function prepare(folder: string, file: string): Promise<void> {
  // Not part of a server.
  const { writeRelease } = await import('../packages/airworthy/src/serving/testing/write-bundle.ts');
  const context = openContext(folder);
  const { model, rows, expected }: Trained = JSON.parse(readFileSync(file, 'utf8'));
  const endpoints = createEndpoints(context, { config: ServingConfig.parse({}) });
  const records = rows.map(toRecord);
  await endpoints.deploy(
    ENDPOINT,
    await writeRelease(context, model, { name: ENDPOINT, golden: records[0] }),
  );
  const { predictions } = await endpoints.predict(ENDPOINT, records);
  for (const [index, prediction] of predictions.entries()) {
    const off = 'probability' in prediction ? Math.abs(prediction.probability - expected[index]) : Number.NaN;
    if (!(off < 1e-9)) throw new Error(`row ${index} of ${file} is off by ${off}`);
  }
  await endpoints.close();
  await context.store.close();
}

async function serve(folder: string): Promise<void> {
  const context = openContext(folder);
  const config = ServingConfig.parse({ port: 0 });
  const statistics = createStatistics(context.clock);
  const endpoints = createEndpoints(context, { config, counter: statistics });
  await endpoints.restore();
  const project = projectFrom(
    { name: 'bench', data: { source: 'none.csv' } },
    join(folder, 'airworthy.config.ts'),
  );
  const server = createServer({ context, project, endpoints, statistics, config, version: 'bench' });
  await server.listen({ host: config.host, port: config.port });
  console.log((server.server.address() as AddressInfo).port);
}

function openContext(folder: string): Context {
  return {
    project: 'bench',
    actor: 'local',
    store: openStore(folder),
    clock: systemClock,
    events: createEvents(),
    log: createLogger('warn'),
    progress: silentProgress,
  };
}
