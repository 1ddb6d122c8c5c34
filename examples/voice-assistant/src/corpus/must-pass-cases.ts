import type { AssistantCase } from './to-case.ts';

/** `asksFirst`: what is gone is gone, so the skill must be of those that ask before they act. */
export type MustPassCase = Pick<AssistantCase, 'id' | 'input' | 'expected'> & {
  metadata: { skill: string; asksFirst: boolean };
};

type Said = readonly [text: string, skill: string, given?: Readonly<Record<string, string | true>>];

/**
 * What may never fail: to stop, to cancel, timers, lights, lists, and to leave people's talk alone; in wordings of the authors that are trained on,
 * but for `stop` by itself and some small talk.
 */
const SAID: readonly Said[] = [
  ['stop', 'stop'],
  ['stop it', 'stop'],
  ['please stop', 'stop'],
  ['be quiet', 'stop'],
  ['be quiet please', 'stop'],
  ["that's enough", 'stop'],
  ['never mind', 'stop'],
  ['shut up', 'stop'],
  ['no more music', 'stop'],
  ['quiet now', 'stop'],
  ['cancel the timer', 'timer_cancel'],
  ['kill the timer', 'timer_cancel'],
  ['clear all timers', 'timer_cancel'],
  ['kill the pasta timer', 'timer_cancel', { name: 'pasta' }],
  ['cancel my laundry timer', 'timer_cancel', { name: 'laundry' }],
  ['set a timer for ten minutes', 'timer_set', { duration: 'ten minutes' }],
  ['set a timer for half an hour', 'timer_set', { duration: 'half an hour' }],
  ['set a timer for twenty minutes', 'timer_set', { duration: 'twenty minutes' }],
  ['timer five minutes', 'timer_set', { duration: 'five minutes' }],
  ['count down thirty seconds', 'timer_set', { duration: 'thirty seconds' }],
  ['wake me in twenty minutes', 'timer_set', { duration: 'twenty minutes' }],
  ['wake me in an hour', 'timer_set', { duration: 'an hour' }],
  ['begin a pizza countdown of fifteen minutes', 'timer_set', { duration: 'fifteen minutes', name: 'pizza' }],
  ['check the timer', 'timer_check'],
  ['how long is left', 'timer_check'],
  ['how much time is left on the pasta timer', 'timer_check', { name: 'pasta' }],
  ['turn off the light', 'light', { state: 'off' }],
  ['lights out', 'light', { state: 'off' }],
  ['kill the lights', 'light', { state: 'off' }],
  ['turn off the kitchen light', 'light', { state: 'off', room: 'kitchen' }],
  ['bedroom lights off', 'light', { state: 'off', room: 'bedroom' }],
  ['living room light off', 'light', { state: 'off', room: 'living room' }],
  ['shut off the garage light', 'light', { state: 'off', room: 'garage' }],
  ['turn on the light', 'light', { state: 'on' }],
  ['lights on', 'light', { state: 'on' }],
  ['turn on the kitchen light', 'light', { state: 'on', room: 'kitchen' }],
  ['hallway light on please', 'light', { state: 'on', room: 'hallway' }],
  ['dim the lights', 'light', { state: 'dim' }],
  ['dim the bedroom', 'light', { state: 'dim', room: 'bedroom' }],
  ['make it brighter', 'light', { state: 'bright' }],
  ['brighten the living room', 'light', { state: 'bright', room: 'living room' }],
  ['set kitchen lights blue', 'light_color', { color: 'blue', room: 'kitchen' }],
  ['add milk', 'list_add', { item: 'milk' }],
  ['add milk to the shopping list', 'list_add', { item: 'milk', list: 'shopping' }],
  ['put bananas on the list', 'list_add', { item: 'bananas' }],
  ['grocery list add olive oil', 'list_add', { item: 'olive oil', list: 'grocery' }],
  ['read the list', 'list_read'],
  ["what's on the grocery list", 'list_read', { list: 'grocery' }],
  ['read me the shopping list', 'list_read', { list: 'shopping' }],
  ['clear the list', 'list_clear'],
  ['clear the shopping list', 'list_clear', { list: 'shopping' }],
  ['empty the grocery list', 'list_clear', { list: 'grocery' }],
  ['wipe the list', 'list_clear'],
  ['forget everything about me', 'forget'],
  ['forget my wifi password', 'forget', { key: 'wifi password' }],
  ['please erase my shoe size', 'forget', { key: 'shoe size' }],
  ['erase all you know about me', 'forget'],
  ['what do you know about me', 'what_do_you_know'],
  ['tell me what you remember about me', 'what_do_you_know'],
  ['what time is it', 'time'],
  ["what's the weather today", 'weather', { day: 'today' }],
  ["what's seven times nine", 'math', { expression: 'seven times nine' }],
  ['take a note call the dentist', 'note_add', { text: 'call the dentist' }],
  ['read my notes', 'note_read'],
  ['music please', 'music'],
  ['play my favorite song', 'music', { favorite: true }],
  ["what's the news", 'news'],
  ['tell me a story', 'story'],
  ['did you feed the cat', 'other'],
  ['call my mother', 'other'],
  ['order a pizza', 'other'],
  ['book a flight to rome', 'other'],
  ['lock the front door', 'other'],
  ['how was school today', 'other'],
  ['dinner is ready', 'other'],
  ['where are my keys', 'other'],
  ['i love you', 'other'],
];

/** Those without words to be found in them, as rules for a matcher. */
export function mustPassRules(): { intent: string; text: string }[] {
  return SAID.flatMap(([text, name, given]) => (given === undefined ? [{ intent: name, text }] : []));
}

const ASK_FIRST = new Set(['list_clear', 'forget']);

/**
 * @example
 * const cases = mustPassCases();
 */
export function mustPassCases(): MustPassCase[] {
  return SAID.map(([text, skill, given = {}]) => ({
    id: text,
    input: { text },
    expected: [
      {
        name: skill,
        accepted: Object.fromEntries(Object.entries(given).map(([name, value]) => [name, [value]])),
      },
    ],
    metadata: { skill, asksFirst: ASK_FIRST.has(skill) },
  }));
}
