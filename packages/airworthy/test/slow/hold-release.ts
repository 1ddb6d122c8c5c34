/** `hold-release FOLDER RELEASE`: serves a release, asks it what may never be answered, prints the processes it started, and stays. */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { createEndpoints, type Release, ServingConfig } from '../../src/serving/index.ts';
import { openStore } from '../../src/store/open-store.ts';
import { contextOf } from '../test-context.ts';

const [folder, release] = process.argv.slice(2);
const context = contextOf(openStore(folder));
const endpoints = createEndpoints(context, { config: ServingConfig.parse({}) });
await endpoints.deploy('e', JSON.parse(release) as Release);
void endpoints.predict('e', [{ text: 'loop' }]).catch(() => {});
await sleep(300);
const children = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8');
console.log(JSON.stringify(children.split(' ').filter(Boolean).map(Number)));
setInterval(() => {}, 1_000);
