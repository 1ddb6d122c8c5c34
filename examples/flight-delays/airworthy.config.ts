import { defineProject } from 'airworthy';

/** Will this flight arrive more than 15 minutes late? Judged on January, before any of it is known. */
export default defineProject({
  name: 'flight-delays',
  data: {
    source: 'npm:vega-datasets/data/flights-3m.parquet',
    sample: { fraction: 0.1, seed: 1 },
    columns: {
      date: {
        kind: 'timestamp',
        description: 'departure, local time written as UTC',
        // The days of January do not come again: a model that learns them knows nothing of February.
        parts: ['hour', 'weekday'],
      },
      delay: { kind: 'number', unit: 'minutes', description: 'after schedule; negative is early' },
      distance: { kind: 'number', unit: 'miles', minimum: 1, maximum: 10_000 },
      origin: { kind: 'category', description: 'airport, IATA code' },
      destination: { kind: 'category', description: 'airport, IATA code' },
    },
    filters: [
      { keep: 'delay BETWEEN -120 AND 1440', because: 'no flight is hours early or more than a day late' },
      { keep: "date < '2001-02-01'", because: 'January trains; the months after it are the future' },
    ],
    target: { name: 'late', from: 'delay > 15', description: 'more than 15 minutes late' },
    features: ['date', 'distance', 'origin', 'destination'],
    quality: [{ rule: 'range', column: 'delay', minimum: -120, maximum: 1440, severity: 'warning' }],
    split: { by: 'random', test: 0.2, seed: 1 },
  },
  training: { metric: 'log-loss', budget: { trials: 8, seconds: 30 }, seed: 1 },
  evaluation: {
    metrics: ['roc-auc', 'log-loss', 'brier'],
    slices: ['origin'],
    gates: [{ metric: 'roc-auc', rule: 'better-than' }],
  },
  feedback: {
    improve: {
      triggers: [{ on: 'performance' }, { on: 'estimate-disagrees' }, { on: 'schedule', everyDays: 7 }],
    },
  },
  registry: {
    card: {
      intendedUse: 'Warning passengers, before they leave, that a flight is likely to be late.',
      limitations: [
        'Learnt from January 2001 alone: expect it to age as seasons and schedules change.',
        'Knows nothing of weather, aircraft or crew.',
      ],
    },
  },
});
