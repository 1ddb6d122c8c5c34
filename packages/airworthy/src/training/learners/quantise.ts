/** Gradients are 32-bit integers. */
const MOST_GRADIENT = 2 ** 31 - 1;

/** How gradients and hessians become the integers of which histograms are made. */
export interface Quantisation {
  gradientScale: number;
  hessianScale: number;
  /** The bit of a bin's second integer at which the row count begins: below it the hessians of all rows have room. */
  shift: number;
}

/**
 * Powers of two, so that scaling rounds nothing away that the integers can hold. A hessian has 31 bits up to 65,536
 * rows, 20 bits at 4 million, 16 bits at 16 million.
 */
export function quantisation(rows: number, mostGradient: number, mostHessian: number): Quantisation {
  const countBits = Math.floor(Math.log2(rows)) + 1;
  const shift = 64 - countBits;
  const hessianBits = Math.min(31, shift - countBits);
  return {
    gradientScale: powerOfTwoBelow(MOST_GRADIENT / mostGradient),
    hessianScale: powerOfTwoBelow((2 ** hessianBits - 1) / mostHessian),
    shift,
  };
}

function powerOfTwoBelow(value: number): number {
  return Number.isFinite(value) ? 2 ** Math.floor(Math.log2(value)) : 1;
}
