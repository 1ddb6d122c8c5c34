const FIRST_MS = 100;
const LONGEST_MS = 30_000;

/** How long a program rests, in ms, that ended by itself so many times in a row: twice as long each time. */
export function pauseAfter(failures: number): number {
  return Math.min(LONGEST_MS, FIRST_MS * 2 ** (failures - 1));
}
