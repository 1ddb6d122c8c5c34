import { defineProject } from 'airworthy';

/**
 * Commands with the faults that such data has had. `airworthy data check` names every one, and `airworthy ship` stops before
 * anything is trained on them.
 */
export default defineProject({
  name: 'faulty-commands',
  data: {
    source: 'commands.csv',
    target: { name: 'call' },
    features: ['said'],
    split: { by: 'author', test: 0.2 },
    quality: [
      { rule: 'majority-baseline', maximum: 0.5, severity: 'error' },
      { rule: 'duplicates', maximum: 0.02, severity: 'error' },
      { rule: 'conflicting-labels', severity: 'error' },
      { rule: 'split-overlap', severity: 'error' },
      { rule: 'missing-class', severity: 'error' },
    ],
  },
});
