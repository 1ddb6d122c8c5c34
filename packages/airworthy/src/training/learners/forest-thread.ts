import { parentPort, workerData } from 'node:worker_threads';
import type { ForestThreadData } from './fit-forest.ts';
import { ForestTreeGrower, growerBytes } from './grow-forest-tree.ts';
import { loadKernel } from './kernel/load-kernel.ts';
import { LearnerMemory } from './learner-memory.ts';

const { shared, module, plan, workspace, counter } = workerData as ForestThreadData;
const next = new Int32Array(shared.buffer, counter, 1);
const memory = new LearnerMemory(shared, workspace, workspace + growerBytes(plan));
const grower = new ForestTreeGrower(plan, loadKernel(shared, module), memory);
for (let number = Atomics.add(next, 0, 1); number < plan.settings.trees; number = Atomics.add(next, 0, 1)) {
  parentPort?.postMessage({ number, tree: grower.grow(number) });
}
