/** Words of a sentence that fill a slot. */
export interface Span {
  slot: string;
  /** As they were said. */
  text: string;
  /** First word, and the one after the last. */
  start: number;
  end: number;
}

/**
 * The spans that BIO labels mean. With `joined`, what fills one slot side by side is one span: nobody says two names of a list in
 * a row, and a model that is unsure inside a long value often starts it twice.
 */
export function spansOf(
  tokens: readonly string[],
  labels: readonly string[],
  { joined }: { joined: boolean },
): Span[] {
  const spans: { slot: string; start: number; end: number }[] = [];
  labels.forEach((label, i) => {
    if (label === 'O') return;
    const slot = label.slice(2);
    const last = spans.at(-1);
    const goesOn = last?.slot === slot && last.end === i && (joined || label.startsWith('I-'));
    if (goesOn) last.end = i + 1;
    else spans.push({ slot, start: i, end: i + 1 });
  });
  return spans.map((span) => ({ ...span, text: tokens.slice(span.start, span.end).join(' ') }));
}
