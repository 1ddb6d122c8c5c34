/** What both the client and the server of `serving.ts` know. */
export const ENDPOINT = 'bench';

/** A row of scikit-learn's as the record that is sent. */
export function toRecord(row: readonly number[]): Record<string, number> {
  return Object.fromEntries(row.map((value, index) => [`f${index}`, value]));
}
