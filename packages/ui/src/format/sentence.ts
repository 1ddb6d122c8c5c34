/** What the server wrote to stand within other words, as a sentence of its own. */
export function asSentence(words: string): string {
  if (words === '') return '';
  const begun = words[0].toUpperCase() + words.slice(1);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}
