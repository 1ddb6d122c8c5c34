const UNITS = { s: 1 / 60, m: 1, min: 1, h: 60, d: 1_440 } as const;
const DURATION = /^(\d+(?:\.\d+)?)\s*(s|m|min|h|d)$/;

/**
 * How many minutes after its prediction a label is known, as an SQL expression over the columns: a duration such as
 * `90s`, `30m`, `2h` or `1d` becomes a number, anything else is the expression itself.
 *
 * @example
 * labelDelayMinutes('2h'); // '120'
 * labelDelayMinutes('delay + distance / 8 + 30'); // as it is
 */
export function labelDelayMinutes(text: string): string {
  const [, amount, unit] = DURATION.exec(text.trim()) ?? [];
  if (amount === undefined) return text;
  return String(Number(amount) * UNITS[unit as keyof typeof UNITS]);
}
