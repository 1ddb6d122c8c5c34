import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { findJsonError } from './find-json-error.ts';

test('it finds where a text stops being JSON', () => {
  const cases: [text: string, position: number, expected: RegExp][] = [
    ['', 0, /a value/],
    ['{"a": NaN}', 6, /a value/],
    ['{"a": 1,}', 8, /a name/],
    ['{"a" 1}', 5, /":"/],
    ['{"a": 1', 7, /"," or "}"/],
    ['[1,2', 4, /"," or "\]"/],
    ['[1,]', 3, /a value/],
    ['{} {}', 3, /the end/],
    ['{a: 1}', 1, /a name/],
    ["{'a': 1}", 1, /a name/],
    ['"abc', 4, /closing quote/],
    ['"a\\x"', 2, /escape/],
    ['"a\nb"', 2, /control character/],
    ['01', 0, /a value/],
    ['[1 2]', 3, /"," or "\]"/],
    ['[Infinity]', 1, /a value/],
  ];
  for (const [text, position, expected] of cases) {
    const found = findJsonError(text);
    assert.equal(found.position, position, text);
    assert.match(found.expected, expected, text);
  }
});

/** Does JSON.parse find no fault in a text but that it ends too soon? */
function onlyEndsTooSoon(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    const { message } = error as Error;
    const [, position] = /at position (\d+)/.exec(message) ?? [];
    return /end of JSON input|Unterminated/.test(message) || Number(position) === text.length;
  }
}

test('property: everything before the position is sound', () => {
  const marks = fc.constantFrom('@', '}', ']', ',', ':', '"', '\\', '\n', '1', 'NaN');
  fc.assert(
    fc.property(fc.jsonValue(), fc.nat(), marks, (value, at, mark) => {
      const sound = JSON.stringify(value);
      const cut = at % (sound.length + 1);
      const text = sound.slice(0, cut) + mark + sound.slice(cut);
      if (onlyEndsTooSoon(text)) return;
      const { position } = findJsonError(text);
      assert.ok(onlyEndsTooSoon(text.slice(0, position)), `${text} at ${position}`);
    }),
    { numRuns: 1_000 },
  );
});

test('a hundred thousand open brackets cost no stack', () => {
  assert.equal(findJsonError('['.repeat(100_000)).position, 100_000);
});
