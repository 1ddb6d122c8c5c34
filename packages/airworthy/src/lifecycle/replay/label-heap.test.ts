import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createLabelHeap, type PendingLabel } from './label-heap.ts';

test('property: labels come out when they are known, in that order, those of one moment as they were added', () => {
  const step = fc.record({
    delays: fc.array(fc.integer({ min: 0, max: 20 })),
    hours: fc.integer({ min: 0, max: 9 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const heap = createLabelHeap();
      let waiting: PendingLabel[] = [];
      let now = 0;
      for (const { delays, hours } of steps) {
        for (const delay of delays) {
          const label = { knownAt: now + delay, prediction: String(waiting.length), value: true };
          heap.add(label);
          waiting.push(label);
        }
        now += hours;
        const due = waiting.filter((label) => label.knownAt <= now).sort((a, b) => a.knownAt - b.knownAt);
        assert.deepEqual(heap.takeKnown(now), due);
        waiting = waiting.filter((label) => label.knownAt > now);
        assert.equal(heap.size, waiting.length);
      }
    }),
  );
});
