import { AirworthyError } from '../../kernel/errors.ts';
import { Memory, type SharedMemory } from './kernel/web-assembly.ts';

const PAGE = 65536;
const MOST_PAGES = 65536;
/** Keeps what different threads write on different cache lines. */
const ALIGNMENT = 64;

/**
 * Memory that the kernel and all threads of one fit share; what is allocated lives until the fit ends. One thread
 * hands it out; another may have a part of it to itself, which the first allocated for it.
 */
export class LearnerMemory {
  readonly shared: SharedMemory;
  #next: number;
  /** Beyond it nothing was ever written. */
  #used: number;
  #pages: number;

  constructor(shared: SharedMemory, next: number) {
    this.shared = shared;
    this.#next = next;
    this.#used = next;
    this.#pages = shared.buffer.byteLength / PAGE;
  }

  static create(): LearnerMemory {
    return new LearnerMemory(new Memory({ initial: 1, maximum: MOST_PAGES, shared: true }), ALIGNMENT);
  }

  /** The address of so many bytes, all zero. */
  allocate(bytes: number): number {
    const address = this.#next;
    const end = address + Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
    const pages = Math.ceil(end / PAGE);
    if (pages > MOST_PAGES) {
      throw new AirworthyError('TRAINING_TOO_LARGE', {
        message: `a tree learner needs ${Math.ceil(end / 2 ** 30)} GB, and can use 4 GB`,
      });
    }
    if (pages > this.#pages) {
      this.shared.grow(pages - this.#pages);
      this.#pages = pages;
    }
    if (address < this.#used) this.bytes(address, Math.min(end, this.#used) - address).fill(0);
    this.#next = end;
    this.#used = Math.max(this.#used, end);
    return address;
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
