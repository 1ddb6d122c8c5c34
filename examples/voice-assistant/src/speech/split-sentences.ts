/** The sentences of a text, so that the first is heard while the others are made. */
export function splitSentences(text: string): string[] {
  return (text.match(/[^.!?;:\n]+[.!?;:]*\s*/g) ?? [])
    .map((sentence) => sentence.trim())
    .filter((sentence) => /[\p{L}\p{N}]/u.test(sentence));
}
