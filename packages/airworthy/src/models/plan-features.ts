import { AirworthyError } from '../kernel/errors.ts';
import type { DatePart, Feature, Model } from './model.ts';
import type { Field } from './table.ts';

/**
 * Features prepared for computing: each reads one slot (a field some feature uses) and, for categories, looks its
 * value up in a table by the category's index. The native evaluator and the ONNX encoder both work from this plan.
 */
export interface FeaturePlan {
  slots: Slot[];
  features: PlannedFeature[];
}

export interface Slot {
  field: Field;
  /** For a category: all categories that any of the field's features knows. Null for numbers and timestamps. */
  dictionary: Dictionary | null;
}

/** Raw categories are turned into indexes once: the known ones from 0, then one index for unseen, one for missing. */
export interface Dictionary {
  categories: readonly string[];
  indexOf: ReadonlyMap<string, number>;
  unseen: number;
  missing: number;
  size: number;
}

export type PlannedFeature =
  | { kind: 'number'; slot: number; impute: number; mean: number; scale: number }
  | { kind: 'is-missing'; slot: number; isTime: boolean }
  | { kind: 'date-part'; slot: number; part: DatePart; impute: number; mean: number; scale: number }
  | { kind: 'date-part-is'; slot: number; part: DatePart; value: number }
  /** `values` by the index in the slot's dictionary. */
  | { kind: 'lookup'; slot: number; values: Float64Array };

export function planFeatures(model: Pick<Model, 'fields' | 'features'>): FeaturePlan {
  const fields = new Map(model.fields.map((field) => [field.name, field]));
  const byField = Map.groupBy(model.features, (feature) => feature.field);
  const slots = [...byField].map(([name, features]) => planSlot(fields.get(name), name, features));
  const slotOf = new Map([...byField.keys()].map((name, slot) => [name, slot]));
  const features = model.features.map((feature) => {
    const slot = slotOf.get(feature.field)!;
    return planFeature(feature, slot, slots[slot]);
  });
  return { slots, features };
}

function planSlot(field: Field | undefined, name: string, features: readonly Feature[]): Slot {
  if (field === undefined) {
    throw new AirworthyError('MODEL_INVALID', { message: `a feature uses "${name}", which is no field` });
  }
  return { field, dictionary: field.kind === 'category' ? toDictionary(features) : null };
}

function toDictionary(features: readonly Feature[]): Dictionary {
  const categories = [...new Set(features.flatMap(categoriesOf))];
  const indexOf = new Map(categories.map((category, index) => [category, index]));
  const known = categories.length;
  return { categories, indexOf, unseen: known, missing: known + 1, size: known + 2 };
}

function categoriesOf(feature: Feature): readonly string[] {
  if (feature.op === 'one-hot') return [feature.category];
  return feature.op === 'category-code' || feature.op === 'target-statistic' ? feature.categories : [];
}

function planFeature(feature: Feature, slot: number, { field, dictionary }: Slot): PlannedFeature {
  const isTime = field.kind === 'timestamp';
  if (dictionary) return { kind: 'lookup', slot, values: lookupTable(feature, dictionary) };
  const ofItsKind = isTime ? feature.op.startsWith('date-part') : feature.op === 'number';
  if (!ofItsKind && feature.op !== 'is-missing') throw mismatch(feature);
  switch (feature.op) {
    case 'number': {
      const { impute = Number.NaN, mean, scale } = feature;
      return { kind: 'number', slot, impute, mean, scale };
    }
    case 'date-part': {
      const { part, impute = Number.NaN, mean, scale } = feature;
      return { kind: 'date-part', slot, part, impute, mean, scale };
    }
    case 'date-part-is':
      return { kind: 'date-part-is', slot, part: feature.part, value: feature.value };
    case 'is-missing':
      return { kind: 'is-missing', slot, isTime };
    default:
      throw mismatch(feature);
  }
}

function lookupTable(feature: Feature, dictionary: Dictionary): Float64Array {
  switch (feature.op) {
    case 'is-missing':
      return new Float64Array(dictionary.size).fill(1, dictionary.missing);
    case 'one-hot':
      return fillTable(dictionary, 0, [feature.category], () => 1);
    case 'category-code':
      return fillTable(dictionary, Number.NaN, feature.categories, (code) => code);
    case 'target-statistic': {
      const scaled = (value: number) => (value - feature.mean) / feature.scale;
      const { categories, values, otherwise } = feature;
      return fillTable(dictionary, scaled(otherwise), categories, (index) => scaled(values[index]));
    }
    default:
      throw mismatch(feature);
  }
}

function fillTable(
  dictionary: Dictionary,
  otherwise: number,
  categories: readonly string[],
  valueAt: (index: number) => number,
): Float64Array {
  const table = new Float64Array(dictionary.size).fill(otherwise);
  categories.forEach((category, index) => {
    table[dictionary.indexOf.get(category)!] = valueAt(index);
  });
  return table;
}

function mismatch(feature: Feature): AirworthyError {
  return new AirworthyError('MODEL_INVALID', {
    message: `feature "${feature.op}" cannot be computed from field "${feature.field}" of its kind`,
  });
}
