import { COMPILED_KERNEL } from './compiled-kernel.ts';
import { type CompiledModule, Instance, Module, type SharedMemory } from './web-assembly.ts';

/** What packages/airworthy/assembly/learners exports. Addresses are byte offsets into the shared memory. */
export interface Kernel {
  sortDoubles(values: number, count: number, scratch: number, tally: number): number;
  assignBins(values: number, count: number, edges: number, bins: number, stride: number): void;
  assignCategories(
    values: number,
    count: number,
    table: number,
    size: number,
    bins: number,
    stride: number,
  ): void;
  logisticGradients: GradientFunction;
  squaredGradients: GradientFunction;
  softmaxGradients(
    from: number,
    to: number,
    rows: number,
    classes: number,
    margins: number,
    targets: number,
    weights: number,
    pairs: number,
    gradientScale: number,
    hessianScale: number,
  ): void;
  largestResidual(from: number, to: number, margins: number, targets: number, weights: number): number;
  logisticLoss(rows: number, from: number, to: number, margins: number, targets: number, out: number): void;
  softmaxLoss(
    rows: number,
    from: number,
    to: number,
    margins: number,
    marginRows: number,
    classes: number,
    targets: number,
    out: number,
  ): void;
  addRows(
    rows: number,
    from: number,
    to: number,
    bins: number,
    wide: number,
    pairs: number,
    histogram: number,
    shift: number,
    scratch: number,
  ): void;
  clearHistograms(histogram: number, first: number, count: number, traits: number): void;
  mergeHistograms(sum: number, part: number, first: number, count: number, traits: number): void;
  subtractHistograms(whole: number, part: number, first: number, count: number, traits: number): void;
  totalHistogram(histogram: number, traits: number, shift: number, out: number): void;
  searchFeatures(
    histogram: number,
    first: number,
    count: number,
    traits: number,
    node: number,
    rules: number,
    order: number,
    splits: number,
  ): void;
  splitRows(
    rows: number,
    from: number,
    to: number,
    bins: number,
    stride: number,
    goesLeft: number,
    right: number,
  ): number;
  sumRows(search: number, out: number): void;
  isPure(rows: number, from: number, to: number, targets: number): number;
  searchColumn(
    search: number,
    column: number,
    stride: number,
    trait: number,
    node: number,
    rules: number,
    out: number,
  ): number;
  addToMargins(rows: number, from: number, to: number, margins: number, value: number): void;
  copyBytes(to: number, from: number, bytes: number): void;
}

type GradientFunction = (
  from: number,
  to: number,
  margins: number,
  targets: number,
  weights: number,
  pairs: number,
  gradientScale: number,
  hessianScale: number,
) => void;

let compiled: CompiledModule | undefined;

/** Compiled once a thread; helper threads are handed the module. */
export function kernelModule(): CompiledModule {
  compiled ??= new Module(Buffer.from(COMPILED_KERNEL, 'base64'));
  return compiled;
}

export function loadKernel(memory: SharedMemory, module = kernelModule()): Kernel {
  return new Instance(module, { env: { memory } }).exports as Kernel;
}
