// What lies where in the kernel's memory: the other side of packages/airworthy/assembly/learners/layout.ts.

/** Bins of one feature: 0 to 254 for values, the last for missing. */
export const BINS = 256;
export const MISSING_BIN = 255;
export const MOST_VALUE_BINS = 255;
export const MOST_CATEGORIES = 254;

/** Bytes of one feature's histogram: a gradient and a packed hessian and row count in each bin. */
export const FEATURE_BYTES = BINS * 16;

/** Features a group, whose bins lie side by side in each row. */
export const GROUP = 8;

/** A group of at most this many is stored this wide. */
export const NARROW_GROUP = 4;

export const RULES_BYTES = 40;
export const NODE_BYTES = 56;
export const SPLIT_BYTES = 72;
export const SEARCH_BYTES = 36;

/** Scratch of a unit of work: 512 rows' bins and pairs, or the order of 256 bins. */
export const SCRATCH_BYTES = 512 * 16;

/** Scratch of the radix sort: a tally of 256 counters for each of 8 digits. */
export const TALLY_BYTES = 8 * 256 * 4;

export const NO_SPLIT = 0xffffffff;
