import type { Model } from '../../models/model.ts';
import type { Field, Table } from '../../models/table.ts';
import { datePart } from '../../models/timestamps.ts';
import { namedFields } from './named-fields.ts';
import { rawOf } from './tables.ts';

/** Parts of a time that can be changed alone, without becoming another date of the calendar than asked for. */
type AspectPart = 'hour' | 'weekday';
const PARTS: readonly AspectPart[] = ['hour', 'weekday'];

const HOUR = 3_600_000;

/** What of a record is looked at: a field, or the hour or weekday of a time. */
export interface Aspect {
  /** `distance`, `date.hour` */
  name: string;
  field: Field;
  part: AspectPart | null;
}

/**
 * The aspects of the fields named, or of all. A time stands for its hour and weekday, where the model looks at these, and
 * for itself where it looks at anything else of it. `date.hour` may be named too.
 */
export function aspectsOf(model: Model, names: readonly string[] | undefined): Aspect[] {
  if (names === undefined) return model.fields.flatMap((field) => aspectsOfField(model, field));
  return names.flatMap((name) => {
    const part = PARTS.find((each) => name.endsWith(`.${each}`));
    const owner = part && model.fields.find((field) => `${field.name}.${part}` === name);
    if (part && owner?.kind === 'timestamp') return [{ name, field: owner, part }];
    return namedFields(model, [name]).flatMap((field) => aspectsOfField(model, field));
  });
}

function aspectsOfField(model: Model, field: Field): Aspect[] {
  const whole: Aspect = { name: field.name, field, part: null };
  if (field.kind !== 'timestamp') return [whole];
  const used = model.features.flatMap((feature) =>
    feature.field === field.name && 'part' in feature ? [feature.part] : [],
  );
  const looksAt = (part: AspectPart) =>
    used.length === 0 || used.includes(part) || (part === 'hour' && used.includes('minute-of-day'));
  const parts = PARTS.filter(looksAt).map((part) => ({ name: `${field.name}.${part}`, field, part }));
  const others = used.some((part) => part !== 'hour' && part !== 'weekday' && part !== 'minute-of-day');
  return others || parts.length === 0 ? [...parts, whole] : parts;
}

/** The aspect's value in every row: numbers, or a category's codes (-1 missing, as NaN). */
export function aspectValues({ field, part }: Aspect, table: Table): Float64Array {
  const column = table.columns[field.name];
  const raw = rawOf(column);
  return Float64Array.from(raw, (value) => {
    if (column.kind === 'category') return value < 0 ? Number.NaN : value;
    return part === null ? value : datePart(part, value);
  });
}

/** A row's raw value of the field once the aspect has this value. A time without one keeps none. */
export function setAspect({ part }: Aspect, raw: number, value: number): number {
  if (part === null) return value;
  const days = part === 'weekday' ? 24 : 1;
  return raw + (value - datePart(part, raw)) * days * HOUR;
}
