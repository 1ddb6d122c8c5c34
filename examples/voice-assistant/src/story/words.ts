/** `73.2 %`; a dash where there is no figure. */
export function percent(value: number | null, digits = 1): string {
  return value === null || Number.isNaN(value) ? '–' : `${(100 * value).toFixed(digits)} %`;
}

/** `73.2 % (70.1 to 76.1)` */
export function withInterval({
  value,
  low,
  high,
}: {
  value: number | null;
  low: number | null;
  high: number | null;
}): string {
  if (low === null || high === null) return percent(value);
  return `${percent(value)} (${(100 * low).toFixed(1)} to ${(100 * high).toFixed(1)})`;
}

/** `+4.2` in percentage points. */
export function points(value: number | null): string {
  if (value === null) return '–';
  const shown = (100 * value).toFixed(1);
  return value > 0 ? `+${shown}` : shown.replace('-', '−');
}

export function milliseconds(value: number | null): string {
  if (value === null) return '–';
  return value < 10 ? `${value.toFixed(2)} ms` : `${Math.round(value)} ms`;
}
