import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { createTemplates } from '../planners/templates/create-templates.ts';
import { validateCalls } from '../turn/validate-calls.ts';
import { SKILLS } from './registry.ts';
import type { Call } from './skill.ts';
import { parseDay } from './spoken/days.ts';
import { parseDuration, speakDuration } from './spoken/durations.ts';
import { evaluateExpression, speakNumber } from './spoken/expressions.ts';
import type { PatternPart } from './spoken/sentence-pattern.ts';
import { parsePattern } from './spoken/sentence-pattern.ts';
import { SPOKEN_NUMBERS } from './spoken/spoken-numbers.ts';
import { gbnfToRegex } from './testing/gbnf-to-regex.ts';
import { toDocs } from './to-docs.ts';
import { toGbnf } from './to-gbnf.ts';
import { toJsgf } from './to-jsgf.ts';
import { callOf, labelOf, toLabels } from './to-labels.ts';
import { toTools } from './to-tools.ts';

const NAMES = SKILLS.map(({ name }) => name);

/** Any value that a planner may put where a skill wants something, often what is wanted. */
const anyValue = fc.oneof(
  fc.string({ minLength: 1, maxLength: 130, unit: 'grapheme' }),
  fc.constantFrom('on', 'off', 'dim', 'bright', '', 'été "fünf" 東京\u2028\n'),
  fc.constantFrom(true, false, null, 7),
);

/** Calls, right or wrong, with arguments in the order of the registry. */
const anyCall: fc.Arbitrary<Call> = fc
  .tuple(
    fc.constantFrom(...SKILLS),
    fc.array(anyValue, { minLength: 3, maxLength: 3 }),
    fc.array(fc.nat(3), { minLength: 3, maxLength: 3 }),
  )
  .map(([{ name, parameters }, values, chances]) => {
    const given = Object.keys(parameters.properties).filter((_, index) => chances[index] > 0);
    const args = Object.fromEntries(given.map((argument, index) => [argument, values[index]]));
    return { name, arguments: chances.every((chance) => chance === 3) ? { ...args, invented: 'x' } : args };
  });

test('a call is valid exactly when the decoding grammar can write it', () => {
  const grammar = gbnfToRegex(toGbnf());
  fc.assert(
    fc.property(anyCall, (call) => {
      assert.equal(grammar.test(JSON.stringify(call)), validateCalls([call]).length === 0);
    }),
    { numRuns: 500 },
  );
  for (const wrong of ['{"name":"sing","arguments":{}}', '{"name":"stop","arguments":{}} ', '[]', 'stop']) {
    assert.equal(grammar.test(wrong), false, wrong);
  }
});

test('a grammar of two calls takes a list, and one of other tools their types', () => {
  const stop = '{"name":"stop","arguments":{}}';
  const two = gbnfToRegex(toGbnf(toTools(), { atMost: 2 }));
  assert.ok(two.test(stop) && two.test(`[${stop},${stop}]`) && !two.test(`[${stop},${stop},${stop}]`));
  const parameters = {
    type: 'dict',
    properties: {
      base: { type: 'integer' },
      rate: { type: 'float' },
      tags: { type: 'array', items: { type: 'string' } },
      unit: { type: 'string', enum: ['m²', 'ft'] },
    },
    required: ['base', 'unit'],
  };
  const other = gbnfToRegex(toGbnf([{ type: 'function', function: { name: 'geo.area', parameters } }]));
  const call = (args: unknown): string => JSON.stringify({ name: 'geo.area', arguments: args });
  assert.ok(other.test(call({ base: -10, rate: 2.5e-7, tags: ['a', 'b'], unit: 'm²' })));
  assert.ok(other.test(call({ base: 10, unit: 'ft' })));
  assert.ok(!other.test(call({ unit: 'ft' })) && !other.test(call({ base: 1.5, unit: 'ft' })));
});

test('labels cover every skill and lead back to their calls', () => {
  const { classes, bio } = toLabels();
  assert.equal(classes.length, 25);
  assert.deepEqual([...new Set(classes.map((label) => label.split(' ')[0]))], NAMES);
  for (const label of classes) assert.equal(labelOf(callOf(label, [])), label);
  assert.ok(bio.includes('B-room') && bio.includes('I-tale') && !bio.includes('B-state'));
  assert.deepEqual(
    callOf('light state=dim', [
      { slot: 'song', text: 'yesterday' },
      { slot: 'room', text: 'attic' },
      { slot: 'room', text: 'cellar' },
    ]),
    { name: 'light', arguments: { state: 'dim', room: 'attic' } },
  );
  assert.throws(() => callOf('dance', []), /no skill has the label/);
  assert.equal(labelOf({ name: 'light', arguments: {} }), null);
});

test('tools and SKILLS.md are those of the registry, and every example is a valid call', () => {
  assert.deepEqual(
    toTools().map((tool) => tool.function.name),
    NAMES,
  );
  assert.equal(readFileSync(new URL('../../SKILLS.md', import.meta.url), 'utf8'), toDocs());
  for (const { name, examples } of SKILLS) {
    assert.ok(examples.length > 0, name);
    for (const { arguments: args } of examples)
      assert.deepEqual(validateCalls([{ name, arguments: args }]), []);
  }
});

test('the speech grammar leaves out, and names, what nobody can pronounce', () => {
  const { grammar, unsayable, uncovered } = toJsgf(
    [
      {
        templates: [
          { intent: 'light state=on', text: '[please] turn on the {room} light' },
          { intent: 'music', text: 'play {song}' },
          { intent: 'stop', text: 'stop xyzzy' },
        ],
        values: { room: ['kitchen', 'living room'], song: ['blorp'] },
      },
    ],
    new Set('please turn on the light kitchen living room play stop'.split(' ')),
  );
  assert.match(grammar, /<slot_room> = kitchen \| living room;/);
  assert.match(grammar, /<light> = \[please\] turn on the <slot_room> light;/);
  assert.match(grammar, /public <command> = <light>;/);
  assert.deepEqual(
    unsayable.map(({ words }) => words),
    [['blorp'], ['{song}'], ['xyzzy']],
  );
  assert.ok(uncovered.includes('music') && !uncovered.includes('light'));
});

/** One of the sentences of a pattern, by a choice for each of its parts. */
function sayOne(parts: readonly PatternPart[], choose: (count: number) => number): string[] {
  return parts.flatMap((part) => {
    if (part.kind === 'choice') return sayOne(part.ways[choose(part.ways.length)], choose);
    return part.kind === 'word' ? [part.word] : [`{${part.slot}}`];
  });
}

test('durations and sums that speech can recognise are ones that the skills can read', () => {
  const { duration, expression } = SPOKEN_NUMBERS.values;
  fc.assert(
    fc.property(fc.constantFrom(...duration, ...expression), fc.gen(), (pattern, gen) => {
      const choose = (count: number): number => gen(fc.nat, count - 1);
      const said = sayOne(parsePattern(pattern), choose).join(' ');
      if (duration.includes(pattern)) assert.ok(parseDuration(said), said);
      else assert.ok(Number.isFinite(evaluateExpression(said)), said);
    }),
    { numRuns: 300 },
  );
});

test('what a planner makes up is refused with the code of the mistake', () => {
  const codes = (calls: readonly Call[]): string[] => validateCalls(calls).map(({ code }) => code);
  assert.deepEqual(codes([]), ['unreadable']);
  assert.deepEqual(codes([{ name: 'unlock_door', arguments: {} }]), ['wrong-function']);
  assert.deepEqual(codes([{ name: 'timer_set', arguments: {} }]), ['missing-argument']);
  assert.deepEqual(codes([{ name: 'stop', arguments: { now: true } }]), ['unexpected-argument']);
  assert.deepEqual(codes([{ name: 'timer_set', arguments: { duration: 600 } }]), ['wrong-type']);
  assert.deepEqual(codes([{ name: 'light', arguments: { state: 'purple' } }]), ['wrong-value']);
  assert.deepEqual(codes(Array.from({ length: 3 }, () => ({ name: 'stop', arguments: {} }))), ['too-many']);
});

test('of a thousand mistakes the first are named, and what they are called is no word of a prototype', () => {
  const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, at) => [`${at}${'x'.repeat(500)}`, at]));
  const problems = validateCalls([{ name: 'stop', arguments: many }]);
  assert.ok(problems.length <= 10 && problems.every(({ message }) => message.length < 200));
  const own = JSON.parse('{"duration":"ten minutes","__proto__":{"name":"tea"}}') as Record<string, unknown>;
  assert.equal(validateCalls([{ name: 'timer_set', arguments: own }])[0]?.code, 'unexpected-argument');
  assert.equal(validateCalls([{ name: 'constructor', arguments: {} }])[0]?.code, 'wrong-function');
});

test('durations, days and sums are read as people say them', () => {
  const durations: Record<string, number> = {
    'an hour and a half': 5400,
    'two and a half hours': 9000,
    'three quarters of an hour': 2700,
    'half an hour': 1800,
    'a minute and a half': 90,
    'an hour and a quarter': 4500,
    'six minutes and thirty seconds': 390,
    'an hour twenty': 4800,
    'a couple of minutes': 120,
    '10 minutes': 600,
  };
  for (const [said, seconds] of Object.entries(durations)) assert.equal(parseDuration(said), seconds, said);
  for (const said of ['pasta', 'ten', '', 'minutes', 'zero minutes'])
    assert.equal(parseDuration(said), null, said);
  const days: Record<string, string | null> = {
    tonight: '2026-03-04',
    'tomorrow morning': '2026-03-05',
    'the day after tomorrow': '2026-03-06',
    'on saturday afternoon': '2026-03-07',
    'this weekend': '2026-03-07',
    'next wednesday': '2026-03-11',
    'on christmas day': '2026-12-25',
    'in two days': '2026-03-06',
    'on pancake day': null,
    the: null,
  };
  for (const [said, date] of Object.entries(days)) assert.equal(parseDay(said, '2026-03-04'), date, said);
  const sums: Record<string, number> = {
    'the square root of one hundred forty four': 12,
    'fifteen percent of two hundred': 30,
    'two to the power of ten': 1024,
    'three quarters of sixty': 45,
    'eleven times eleven minus one': 120,
    'half of three hundred and ten': 155,
    'six squared plus nine': 45,
    'the sum of nineteen and twenty three': 42,
    'the sum of one hundred ten and five': 115,
    'five hundred take away sixty three': 437,
    '5*(7+1)': 40,
  };
  for (const [said, value] of Object.entries(sums)) assert.equal(evaluateExpression(said), value, said);
  assert.throws(() => evaluateExpression('seven divided by zero'), /divided by zero/);
  assert.throws(() => evaluateExpression('process exit'), /do not know how to calculate with process/);
  assert.equal(speakNumber(100 / 3), 'about 33.333333');
  assert.equal(speakNumber(0.1 + 0.2), '0.3');
});

test('reading never hangs or breaks, whatever is said, and durations are read as they are spoken', () => {
  const words = 'a and half hour of the minus two hundred point ( squared percent root third'.split(' ');
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...words), { maxLength: 30 }), (said) => {
      const phrase = said.join(' ');
      parseDuration(phrase);
      try {
        evaluateExpression(phrase);
      } catch (error) {
        assert.ok(error instanceof Error && error.message.length < 80);
      }
    }),
    { numRuns: 300 },
  );
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1439 }), (minutes) => {
      assert.equal(parseDuration(speakDuration(minutes * 60)), minutes * 60);
    }),
    { numRuns: 100 },
  );
});

test('the template matcher takes the reading with most words, and nothing it is not sure of', async () => {
  const planner = createTemplates({
    patterns: [
      { intent: 'light state=off', text: '[please] (turn|switch) off the {room} light' },
      { intent: 'music', text: 'play {song}' },
      { intent: 'music', text: 'play {song} by {artist}' },
      { intent: 'music', text: '{artist} please' },
      { intent: 'timer_set', text: '{name} timer {duration}' },
      { intent: 'other', text: 'play it again tomorrow' },
    ],
    values: { room: ['living room'], artist: ['the doors'] },
  });
  const call = async (text: string): Promise<Call> => (await planner.plan({ text })).calls[0];
  assert.deepEqual(await call('please switch off the living room light'), {
    name: 'light',
    arguments: { state: 'off', room: 'living room' },
  });
  assert.deepEqual(await call('play roxanne by the police'), {
    name: 'music',
    arguments: { song: 'roxanne', artist: 'the police' },
  });
  assert.deepEqual(await call('the doors please'), { name: 'music', arguments: { artist: 'the doors' } });
  for (const text of [
    'the salt please',
    'play it again tomorrow',
    'turn off the moon light',
    '',
    'my timer is broken',
  ]) {
    assert.deepEqual(await call(text), { name: 'other', arguments: {} }, text);
  }
  const long = Array.from({ length: 40 }, () => 'play').join(' ');
  assert.deepEqual(await call(long), { name: 'other', arguments: {} });
});
