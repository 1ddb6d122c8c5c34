/**
 * Text of cases, answers and endpoints as a line of a terminal: what would move its cursor or end the line becomes a space.
 *
 * @example
 * printable('done\u001b[2J'); // 'done [2J'
 */
export function printable(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, ' ');
}
