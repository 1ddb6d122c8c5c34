import type {
  BoundedPart,
  CategoryColumn,
  Column,
  Field,
  NumberColumn,
  TimestampColumn,
} from '../../models/table.ts';
import type { FittedFeature } from './fitted-feature.ts';
import { hasMissingCategory, knownCategories } from './known-categories.ts';
import { summariseNumbers } from './summarise-numbers.ts';
import { fitTargetStatistics, type TargetRows } from './target-statistics.ts';
import { varyingParts } from './varying-parts.ts';

/** Above, a category is its mean target instead of an indicator each. */
const MOST_INDICATORS = 100;
/** The parts whose effect goes up and down, hence one indicator a value. */
const PARTS: readonly BoundedPart[] = ['hour', 'weekday', 'month'];

/** Numbers imputed by the median and standardised; categories and parts of dates as indicators; indicators of what is missing. */
export function linearFeatures(field: Field, column: Column, rows: TargetRows): FittedFeature[] {
  switch (column.kind) {
    case 'number':
      return numberFeatures(field, column);
    case 'timestamp':
      return dateFeatures(field, column);
    case 'category':
      return categoryFeatures(field, column, rows);
  }
}

function numberFeatures({ name }: Field, { values }: NumberColumn): FittedFeature[] {
  const { median, mean, scale, missing, finite } = summariseNumbers(values);
  if (finite === 0) return [];
  return [
    { feature: { op: 'number', field: name, impute: median, mean, scale } },
    ...missingFeature(name, missing > 0),
  ];
}

/** The values between the least and the greatest, gaps included, so that they are one run of codes. */
function dateFeatures(field: Field, column: TimestampColumn): FittedFeature[] {
  const parts = varyingParts(field, column, PARTS).flatMap(({ part, first, last }) =>
    Array.from({ length: last - first + 1 }, (_, index): FittedFeature => {
      return { feature: { op: 'date-part-is', field: field.name, part, value: first + index } };
    }),
  );
  return parts.length === 0
    ? []
    : [...parts, ...missingFeature(field.name, column.values.some(Number.isNaN))];
}

function categoryFeatures({ name }: Field, column: CategoryColumn, rows: TargetRows): FittedFeature[] {
  const known = knownCategories(column);
  if (known.length === 0) return [];
  const indicators =
    known.length > MOST_INDICATORS
      ? fitTargetStatistics(name, column, rows, true)
      : known.map((category): FittedFeature => {
          return { feature: { op: 'one-hot', field: name, category: category.name } };
        });
  return [...indicators, ...missingFeature(name, hasMissingCategory(column))];
}

function missingFeature(field: string, occurs: boolean): FittedFeature[] {
  return occurs ? [{ feature: { op: 'is-missing', field } }] : [];
}
