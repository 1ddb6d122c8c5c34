import { defineProject } from 'airworthy';

/** How heavy is this penguin? Body mass from its measurements. */
export default defineProject({
  name: '__NAME__',
  data: {
    source: 'data/penguins.csv',
    columns: {
      bill_length_mm: { kind: 'number', unit: 'mm', minimum: 20, maximum: 80 },
      bill_depth_mm: { kind: 'number', unit: 'mm', minimum: 8, maximum: 30 },
      flipper_length_mm: { kind: 'number', unit: 'mm', minimum: 120, maximum: 280 },
      sex: { kind: 'category', allowed: ['female', 'male'] },
    },
    filters: [{ keep: 'body_mass_g IS NOT NULL', because: 'two birds were not weighed' }],
    target: { name: 'body_mass_g', unit: 'g' },
    quality: [{ rule: 'range', column: 'body_mass_g', minimum: 2000, maximum: 7000, severity: 'error' }],
    split: { by: 'random', test: 0.3, seed: 1 },
  },
  training: { metric: 'rmse', budget: { trials: 8, seconds: 60 }, seed: 1 },
  // The candidate must beat the model that serves; the first one, the mean of the training rows.
  evaluation: { slices: ['species'], gates: [{ metric: 'rmse', rule: 'better-than' }] },
  registry: {
    card: {
      intendedUse: 'Showing how a model gets from a file to a server.',
      limitations: 'Adult birds of three species near one research station, 2007 to 2009.',
    },
  },
});
