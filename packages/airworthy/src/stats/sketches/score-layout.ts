/**
 * One layout of bins over [0, 1] for all models, so that the counts of any windows add: 960 bins of width 1/1024
 * between 1/32 and 31/32, and 32 bins an octave from there to 0 and to 1, so that the scores of rare classes are told
 * apart as finely, for their size, as those of even ones.
 */
const PER_UNIT = 1024;
const TAIL = 1 / 32;
/** Below 2 to the power of it (and above 1 less that) is one bin. */
const FINEST_EXPONENT = -40;

/** The exponent of a double and the five leading bits after it, as one number: 32 steps an octave. */
const STEP_BITS = 15;
const EXPONENT_BIAS = 1023;
const FINEST_STEP = (EXPONENT_BIAS + FINEST_EXPONENT) * 32;
const double = new DataView(new ArrayBuffer(8));

const TAIL_BINS = 1 + stepOf(TAIL) - FINEST_STEP;
const MIDDLE_BINS = PER_UNIT * (1 - 2 * TAIL);

export const SCORE_BINS = 2 * TAIL_BINS + MIDDLE_BINS;

/** The bin a probability is in, from 0 to SCORE_BINS - 1; ascending. */
export function scoreBinOf(probability: number): number {
  if (probability < TAIL) return tailBinOf(probability);
  if (1 - probability < TAIL) return SCORE_BINS - 1 - tailBinOf(1 - probability);
  const middle = Math.floor(probability * PER_UNIT) - PER_UNIT * TAIL;
  return TAIL_BINS + Math.min(middle, MIDDLE_BINS - 1);
}

function tailBinOf(small: number): number {
  return small > 0 ? Math.max(0, 1 + stepOf(small) - FINEST_STEP) : 0;
}

function stepOf(positive: number): number {
  double.setFloat64(0, positive);
  return double.getUint32(0) >>> STEP_BITS;
}

/** Where each bin begins, and at last 1. */
export const SCORE_EDGES: Float64Array = Float64Array.from({ length: SCORE_BINS + 1 }, (_, bin) => {
  if (bin < TAIL_BINS) return tailEdge(bin);
  if (bin > SCORE_BINS - TAIL_BINS) return 1 - tailEdge(SCORE_BINS - bin);
  return TAIL + (bin - TAIL_BINS) / PER_UNIT;
});

function tailEdge(bin: number): number {
  if (bin === 0) return 0;
  double.setFloat64(0, 0);
  double.setUint32(0, (FINEST_STEP + bin - 1) << STEP_BITS);
  return double.getFloat64(0);
}
