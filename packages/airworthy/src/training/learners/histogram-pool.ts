import type { LearnerMemory } from './learner-memory.ts';

/** Places for histograms, used again as leaves are split. What a place holds when taken is undefined. */
export class HistogramPool {
  readonly #memory: LearnerMemory;
  readonly #bytes: number;
  readonly #free: number[] = [];

  constructor(memory: LearnerMemory, bytes: number) {
    this.#memory = memory;
    this.#bytes = bytes;
  }

  take(): number {
    return this.#free.pop() ?? this.#memory.allocate(this.#bytes);
  }

  give(place: number): void {
    this.#free.push(place);
  }
}
