import { parentPort, workerData } from 'node:worker_threads';
import type { ForestThreadData } from './fit-forest.ts';
import { ForestTreeGrower } from './grow-forest-tree.ts';
import { loadKernel } from './kernel/load-kernel.ts';
import { LearnerMemory } from './learner-memory.ts';

const { shared, module, plan, workspace, counter } = workerData as ForestThreadData;
const next = new Int32Array(shared.buffer, counter, 1);
const grower = new ForestTreeGrower(plan, loadKernel(shared, module), new LearnerMemory(shared, workspace));
for (let number = Atomics.add(next, 0, 1); number < plan.settings.trees; number = Atomics.add(next, 0, 1)) {
  parentPort?.postMessage({ number, tree: grower.grow(number) });
}
