import { AirworthyError } from '../../kernel/errors.ts';
import { Memory, type SharedMemory } from './kernel/web-assembly.ts';

const PAGE = 65536;
const MOST_PAGES = 65536;
/** What WebAssembly can address: 4 GB. */
const MOST_BYTES = PAGE * MOST_PAGES;
/** Keeps what different threads write on different cache lines. */
const ALIGNMENT = 64;

/**
 * Memory that the kernel and all threads of one fit share; what is allocated lives until the fit ends. One thread
 * hands it out; another may have a part of it to itself, which the first allocated for it.
 */
export class LearnerMemory {
  readonly shared: SharedMemory;
  readonly #begin: number;
  readonly #end: number;
  #next: number;
  /** Beyond it nothing was ever written. */
  #used: number;

  constructor(shared: SharedMemory, begin: number, end: number) {
    this.shared = shared;
    this.#begin = begin;
    this.#end = end;
    this.#next = begin;
    this.#used = begin;
  }

  /** The address of so many bytes, all zero. */
  allocate(bytes: number): number {
    const address = this.#next;
    const end = address + Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
    if (end > this.#end) throw tooLarge(end);
    this.#grow(end);
    if (address < this.#used) this.bytes(address, Math.min(end, this.#used) - address).fill(0);
    this.#next = end;
    this.#used = Math.max(this.#used, end);
    return address;
  }

  #grow(end: number): void {
    const missing = end - this.shared.buffer.byteLength;
    if (missing <= 0) return;
    try {
      this.shared.grow(Math.ceil(missing / PAGE));
    } catch {
      throw tooLarge(end);
    }
  }

  /** Gives back everything. */
  clear(): void {
    this.#next = this.#begin;
  }

  /** Gives back all that was allocated while `work` ran. */
  scratch<Result>(work: () => Result): Result {
    const mark = this.#next;
    const result = work();
    this.#next = mark;
    return result;
  }

  doubles(address: number, length: number): Float64Array {
    return new Float64Array(this.shared.buffer, address, length);
  }

  words(address: number, length: number): Uint32Array {
    return new Uint32Array(this.shared.buffer, address, length);
  }

  bytes(address: number, length: number): Uint8Array {
    return new Uint8Array(this.shared.buffer, address, length);
  }

  /** A copy of the numbers in shared memory, padded with zeros to an even length. */
  place(values: ArrayLike<number>): number {
    const address = this.allocate((values.length + (values.length % 2)) * 8);
    const view = this.doubles(address, values.length + (values.length % 2));
    view.set(values);
    return address;
  }

  /** A copy of the row numbers in shared memory, where its `byteOffset` is its address. */
  placeRows(rows: Uint32Array): Uint32Array {
    const copy = this.words(this.allocate(rows.length * 4), rows.length);
    copy.set(rows);
    return copy;
  }
}

function tooLarge(bytes: number): AirworthyError {
  return new AirworthyError('TRAINING_TOO_LARGE', {
    message: `a tree learner needs ${(bytes / 2 ** 30).toFixed(1)} GB for these rows and features; it can have 4 GB, less where the machine has less`,
  });
}

/** Kept for the next fit of this thread: the collector is slow to see how large a forgotten memory was. */
let spare: LearnerMemory | null = null;

/** Lends memory for one fit. */
export async function withLearnerMemory<Result>(
  work: (memory: LearnerMemory) => Promise<Result>,
): Promise<Result> {
  const memory =
    spare ??
    new LearnerMemory(new Memory({ initial: 1, maximum: MOST_PAGES, shared: true }), ALIGNMENT, MOST_BYTES);
  spare = null;
  try {
    return await work(memory);
  } finally {
    memory.clear();
    spare = memory;
  }
}
