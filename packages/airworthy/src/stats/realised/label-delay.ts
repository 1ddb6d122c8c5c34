/** How long labels take, in bins of growing width: four an octave from a second to 400 days. */
const PER_OCTAVE = 4;
const SECOND = 1_000;
const LONGEST = 400 * 86_400 * SECOND;
const LAST_BIN = Math.ceil(PER_OCTAVE * Math.log2(LONGEST / SECOND));

/** Labels by bin of their delay. Sparse plain JSON; counts of windows add. */
export type DelayCounts = Record<number, number>;

/** The bin of a delay in milliseconds: bin b holds those up to `delayBinEnd(b)`, the one after the last all longer ones. */
export function delayBinOf(delayMs: number): number {
  if (!(delayMs > SECOND)) return 0;
  return Math.min(LAST_BIN + 1, Math.ceil(PER_OCTAVE * Math.log2(delayMs / SECOND)));
}

/** The longest delay of a bin, in milliseconds. */
export function delayBinEnd(bin: number): number {
  return bin > LAST_BIN ? Number.POSITIVE_INFINITY : SECOND * 2 ** (bin / PER_OCTAVE);
}

/** A window of predictions and the labels that are known for them. */
export interface LabelledWindow {
  /** Milliseconds since the youngest of its predictions. */
  age: number;
  predictions: number;
  delays: DelayCounts;
}

/** What share of predictions has its label after how long. */
export interface DelayCurve {
  /** Milliseconds, ascending. */
  at: number[];
  /** Of all predictions, those with a label by then. */
  share: number[];
  /** The share that ever gets one, as far as windows are old enough to tell. */
  eventually: number;
}

/**
 * The delay curve of windows of any age: a window counts for a delay only if it is at least as old, so that young
 * windows do not make labels look rarer than they are (Kaplan and Meier 1958, with those who never get one).
 * Null where no window is old enough for any delay, or none has a label.
 *
 * @example
 * learnDelays([{ age: 86_400_000, predictions: 100, delays: { 47: 90 } }])?.eventually; // 0.9
 */
export function learnDelays(windows: readonly LabelledWindow[]): DelayCurve | null {
  const at: number[] = [];
  const share: number[] = [];
  const unlabelled = windows.map(({ predictions }) => predictions);
  let never = 1;
  for (let bin = 0; bin <= LAST_BIN; bin++) {
    const end = delayBinEnd(bin);
    let [waiting, labelled] = [0, 0];
    for (const [index, { age, delays }] of windows.entries()) {
      const found = delays[bin] ?? 0;
      if (age >= end) {
        waiting += unlabelled[index];
        labelled += found;
      }
      unlabelled[index] -= found;
    }
    if (waiting <= 0) break;
    never *= Math.max(0, 1 - labelled / waiting);
    at.push(end);
    share.push(1 - never);
  }
  const eventually = share.at(-1) ?? 0;
  return eventually > 0 ? { at, share, eventually } : null;
}

/** From this share of all that come, a window's labels are taken to be all there once that time has passed. */
const ALL_BUT = 0.999;
/** Fewer than this share of the labels expected by then: they are late, not absent, and are waited for. */
const LEAST_BY_THEN = 0.5;

/**
 * The share of the labels to be expected that is known, 0 to 1: those there are of those that usually come. When the
 * time in which labels come is over, what is there is all; unless hardly half is, which says that they are held up.
 *
 * @param now Milliseconds since the epoch, as is the window's end.
 */
export function maturityOf(
  window: { end: number; predictions: number; labels: number },
  curve: DelayCurve,
  now: number,
): number {
  const expected = window.predictions * curve.eventually;
  if (expected === 0) return 1;
  const known = Math.min(1, window.labels / expected);
  const last = curve.share.findIndex((share) => share >= ALL_BUT * curve.eventually);
  return now - window.end >= curve.at[last] && known >= LEAST_BY_THEN ? 1 : known;
}
