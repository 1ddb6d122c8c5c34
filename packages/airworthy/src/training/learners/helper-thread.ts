import { workerData } from 'node:worker_threads';
import { loadKernel } from './kernel/load-kernel.ts';
import { boardOf, type HelperData, serve } from './thread-team.ts';

const { memory, module, board } = workerData as HelperData;
const { words, task } = boardOf(memory, board);
serve(words, task, loadKernel(memory, module), memory);
