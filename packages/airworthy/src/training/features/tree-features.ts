import type { BoundedPart, Column, Field } from '../../models/table.ts';
import type { FittedFeature } from './fitted-feature.ts';
import { knownCategories } from './known-categories.ts';
import { fitTargetStatistics, type TargetRows } from './target-statistics.ts';
import { varyingParts } from './varying-parts.ts';

/** As many as the trees' 255 bins hold beside the one for missing. */
const MOST_CODES = 254;
/** Categorical splits overfit where categories are many and rows a category few: from here on the mean target helps. */
const MANY_CATEGORIES = 30;
const PARTS: readonly BoundedPart[] = ['hour', 'minute-of-day', 'weekday', 'day', 'month', 'day-of-year'];
const RAW = { mean: 0, scale: 1 };

/** Numbers as they are, missing ones too; categories as codes, and as mean targets where they are many; parts of dates that vary. */
export function treeFeatures(field: Field, column: Column, rows: TargetRows): FittedFeature[] {
  switch (column.kind) {
    case 'number':
      if (column.values.every(Number.isNaN)) return [];
      return [{ feature: { op: 'number', field: field.name, ...RAW } }];
    case 'timestamp':
      return varyingParts(field, column, PARTS).map(({ part }) => ({
        feature: { op: 'date-part', field: field.name, part, ...RAW },
      }));
    case 'category': {
      const known = knownCategories(column).map(({ name }) => name);
      if (known.length === 0) return [];
      const codes: FittedFeature = {
        feature: { op: 'category-code', field: field.name, categories: known.slice(0, MOST_CODES) },
      };
      return known.length > MANY_CATEGORIES
        ? [codes, ...fitTargetStatistics(field.name, column, rows, false)]
        : [codes];
    }
  }
}
