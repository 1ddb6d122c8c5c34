/** How a metric's value is kept: SQL has no portable NaN or infinity, so these are text beside a value of 0. */
export interface StoredValue {
  value: number;
  special: string | null;
}

export function storeValue(value: number): StoredValue {
  return Number.isFinite(value) ? { value, special: null } : { value: 0, special: String(value) };
}

export function readValue(stored: StoredValue): number {
  return stored.special === null ? stored.value : Number(stored.special);
}

/** Orders values as numbers, with NaN below all. */
export function compareValues(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(b)) - Number(Number.isNaN(a));
  return a < b ? -1 : Number(a > b);
}
