/** 52341 → '52,341'. */
export function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** 1 → '1 row', 2 → '2 rows'. */
export function plural(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? '' : 's'}`;
}

/** Four significant figures, thousands separated: 0.68134 → '0.6813', 4201.75 → '4,202'. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  return formatOf(Math.max(4, Math.trunc(Math.abs(value)).toString().length)).format(value);
}

const formats = new Map<number, Intl.NumberFormat>();

/** Making one costs a hundred times what using it does. */
function formatOf(maximumSignificantDigits: number): Intl.NumberFormat {
  const format =
    formats.get(maximumSignificantDigits) ?? new Intl.NumberFormat('en-US', { maximumSignificantDigits });
  formats.set(maximumSignificantDigits, format);
  return format;
}

/** A figure with its uncertainty: '0.6813 [0.6764, 0.6862]', '283 g [270, 296]'; 'not defined' where there is no value. */
export function estimate(
  { value, low, high }: { value: number | null; low: number | null; high: number | null },
  unit?: string,
): string {
  if (value === null) return 'not defined';
  const interval = low === null || high === null ? '(no interval)' : `[${figure(low)}, ${figure(high)}]`;
  return [figure(value), unit, interval].filter((part) => part !== undefined).join(' ');
}

/** Milliseconds since the epoch → '2026-11-20 11:04:09 UTC'. */
export function moment(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
