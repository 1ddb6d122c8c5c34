export interface JsonError {
  /** Index of the first character that cannot be, or the text's length where it ends too soon. */
  position: number;
  /** What should be there. */
  expected: string;
}

const SPACE = /[ \t\n\r]*/y;
const LITERAL = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-])/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

type Step = 'value' | 'value or ]' | 'name' | 'name or }' | ':' | 'next in object' | 'next in list' | 'end';

const EXPECTED: Record<Step, string> = {
  value: 'a value',
  'value or ]': 'a value or "]"',
  name: 'a name in double quotes',
  'name or }': 'a name in double quotes or "}"',
  ':': '":"',
  'next in object': '"," or "}"',
  'next in list': '"," or "]"',
  end: 'the end',
};

/**
 * Where a text stops being JSON (RFC 8259). Only for texts `JSON.parse` has refused: its own message gives a
 * position in some cases and none in others. One pass, no recursion.
 */
export function findJsonError(text: string): JsonError {
  const open: ('{' | '[')[] = [];
  let step: Step = 'value';
  let position = 0;
  while (true) {
    position = afterMatch(SPACE, text, position) ?? position;
    const next = text[position];
    const takesValue: boolean = step === 'value' || step === 'value or ]';
    const takesName: boolean = step === 'name' || step === 'name or }';
    if (closes(step, next)) {
      open.pop();
      position++;
      step = stepAfterValue(open);
    } else if (takesValue && (next === '{' || next === '[')) {
      open.push(next);
      position++;
      step = next === '{' ? 'name or }' : 'value or ]';
    } else if ((takesValue || takesName) && next === '"') {
      const string = scanString(text, position);
      if (typeof string === 'object') return string;
      position = string;
      step = takesName ? ':' : stepAfterValue(open);
    } else if (step === ':' && next === ':') {
      position++;
      step = 'value';
    } else if ((step === 'next in object' || step === 'next in list') && next === ',') {
      position++;
      step = step === 'next in object' ? 'name' : 'value';
    } else {
      const after = takesValue ? afterMatch(LITERAL, text, position) : undefined;
      if (after === undefined) return { position, expected: EXPECTED[step] };
      position = after;
      step = stepAfterValue(open);
    }
  }
}

function afterMatch(pattern: RegExp, text: string, position: number): number | undefined {
  pattern.lastIndex = position;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

function closes(step: Step, next: string | undefined): boolean {
  if (next === '}') return step === 'name or }' || step === 'next in object';
  return next === ']' && (step === 'value or ]' || step === 'next in list');
}

function stepAfterValue(open: readonly string[]): Step {
  if (open.length === 0) return 'end';
  return open.at(-1) === '{' ? 'next in object' : 'next in list';
}

/** The position after a string that starts here, or where it goes wrong. */
function scanString(text: string, start: number): number | JsonError {
  let position = start + 1;
  while (position < text.length) {
    const code = text.charCodeAt(position);
    if (code === 0x22) return position + 1;
    if (code < 0x20) return { position, expected: 'a character that is no control character' };
    const after = code === 0x5c ? afterMatch(ESCAPE, text, position) : position + 1;
    if (after === undefined) return { position, expected: 'an escape such as \\n or \\u0041' };
    position = after;
  }
  return { position, expected: 'the closing quote' };
}
