/** Places in a text where JSON is looked for; a text with more brackets than this is not searched to its end. */
const MOST_STARTS = 200;

/** What a text says in JSON, or why it says nothing. */
export type ReadJson = { value: unknown } | { problem: string };

/** Reads a whole text as JSON. */
export function readJson(text: string): ReadJson {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

/** The first object or list in a text that is valid JSON, such as one between words or code fences. */
export function findJson(text: string): ReadJson {
  let from = 0;
  for (let tries = 0; tries < MOST_STARTS; tries++) {
    const start = text.slice(from).search(/[{[]/) + from;
    if (start < from) break;
    const end = closingBracket(text, start);
    const read = end === undefined ? undefined : readJson(text.slice(start, end + 1));
    if (read && 'value' in read) return read;
    from = start + 1;
  }
  return { problem: 'it has no object or list in JSON' };
}

/** Where the bracket at `start` is closed, brackets in strings aside. */
function closingBracket(text: string, start: number): number | undefined {
  let depth = 0;
  let inString = false;
  for (let index = start; index < text.length; index++) {
    const character = text[index];
    if (inString) {
      if (character === '\\') index++;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === '{' || character === '[') depth++;
    else if ((character === '}' || character === ']') && --depth === 0) return index;
  }
  return undefined;
}
