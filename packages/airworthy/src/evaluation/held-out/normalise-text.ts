/** As compared: without case, punctuation, and how spaces or letters are written. Words are letters and digits of any script. */
export function normaliseText(text: string): string {
  // Plain text is its own normal form, and most text is plain.
  const plain = isAscii(text) ? text : text.normalize('NFKC');
  return plain
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

function isAscii(text: string): boolean {
  for (let place = 0; place < text.length; place++) if (text.charCodeAt(place) > 127) return false;
  return true;
}

/** All text in a value, such as the input of a case, in its order; keys of objects are no text of the case. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return value.map(textOf).join('\n');
  if (typeof value === 'object' && value !== null) return Object.values(value).map(textOf).join('\n');
  return '';
}
