import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asSpoken } from '../../turn/as-spoken.ts';
import { leaveOutPersonal } from './leave-out-personal.ts';

test('numbers of phones and cards and mail addresses are left out of what is kept', () => {
  const left = (typed: string) => leaveOutPersonal(asSpoken(typed));
  assert.deepEqual(left('call the plumber on five five five oh one double four'), {
    text: 'call the plumber on (a number)',
    left: ['a number'],
  });
  assert.equal(left('my card is 4111 1111 1111 1111 ok').text, 'my card is (a number) ok');
  assert.equal(left('020 7946 0958 is the plumber').text, '(a number) is the plumber');
  assert.deepEqual(left('write to anna dot b at example dot org today'), {
    text: 'write to (an address) today',
    left: ['an address'],
  });
});

test('prices, dates, times and amounts are kept', () => {
  for (const note of [
    'the bill is one thousand two hundred and forty five dollars',
    'dentist on the twelfth at ten thirty',
    'meet them at the station',
    'the party is on 24.12.2026 at 7:30',
  ]) {
    const spoken = asSpoken(note);
    assert.deepEqual(leaveOutPersonal(spoken), { text: spoken, left: [] });
  }
});
