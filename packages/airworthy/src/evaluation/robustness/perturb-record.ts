import type { Random } from '../../stats/random.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** Changes a record of fields; null where it has nothing to change. */
export type RecordChange = (fields: Fields, random: Random) => Fields | null;

/** The names of the fields a change may touch. */
function namesOf(
  fields: Fields,
  columns: readonly string[] | undefined,
  fits: (value: unknown) => boolean,
): string[] {
  return (columns ?? Object.keys(fields)).filter((name) => name in fields && fits(fields[name]));
}

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const isKnown = (value: unknown): boolean => value !== null && value !== undefined;

/** Numbers are moved by a normal error relative to their size; whole numbers stay whole. */
export function addNoise(strength: number, columns?: readonly string[]): RecordChange {
  return changeFields(
    (fields) => namesOf(fields, columns, (value) => isNumber(value) && value !== 0),
    (value, random) => {
      const moved = (value as number) * (1 + strength * random.normal());
      return Number.isInteger(value) ? Math.round(moved) : moved;
    },
  );
}

/** Numbers in another unit: metres for kilometres. */
export function scaleUnits(factor: number, columns?: readonly string[]): RecordChange {
  return changeFields(
    (fields) => namesOf(fields, columns, (value) => isNumber(value) && value !== 0),
    (value) => (value as number) * factor,
  );
}

/** This share of the fields, and at least one, is not known. */
export function dropValues(strength: number, columns?: readonly string[]): RecordChange {
  return changeFields(
    (fields, random) => some(namesOf(fields, columns, isKnown), strength, random),
    () => null,
  );
}

/** One text field has a value that no one has seen. */
export function unseenCategory(value: string, columns?: readonly string[]): RecordChange {
  return changeFields(
    (fields, random) => {
      const names = namesOf(fields, columns, isText);
      return names.length === 0 ? [] : [names[random.integer(names.length)]];
    },
    () => value,
  );
}

/** The same fields in another order. */
export const reorderFields: RecordChange = (fields, random) => {
  const names = Object.keys(fields);
  if (names.length < 2) return null;
  const order = Int32Array.from(names, (_, place) => place);
  random.shuffle(order);
  if (order.every((place, index) => place === index)) order.reverse();
  return Object.fromEntries(Array.from(order, (place) => [names[place], fields[names[place]]]));
};

function changeFields(
  choose: (fields: Fields, random: Random) => readonly string[],
  change: (value: unknown, random: Random) => unknown,
): RecordChange {
  return (fields, random) => {
    const names = choose(fields, random);
    if (names.length === 0) return null;
    return { ...fields, ...Object.fromEntries(names.map((name) => [name, change(fields[name], random)])) };
  };
}

function some(names: readonly string[], strength: number, random: Random): readonly string[] {
  if (names.length === 0) return [];
  const chosen = names.filter(() => random.next() < strength);
  return chosen.length > 0 ? chosen : [names[random.integer(names.length)]];
}
