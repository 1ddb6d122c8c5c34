import type { AttributeMap, AttributeValue } from './incoming-span.ts';

/** An attribute as it is stored: JSON, with `{"$int": "…"}`, `{"$double": "NaN"}` and `{"$bytes": "…"}` for what JSON lacks. */
export type StoredValue = string | number | boolean | null | StoredValue[] | { [key: string]: StoredValue };
export type StoredAttributes = Record<string, StoredValue>;

/** An attribute's value as JSON. */
function toStored(value: AttributeValue): StoredValue {
  if (typeof value === 'number') return Number.isFinite(value) ? value : { $double: String(value) };
  if (typeof value === 'bigint') return { $int: String(value) };
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString('base64') };
  if (Array.isArray(value)) return value.map(toStored);
  return toStoredMap(value);
}

export function toStoredMap(attributes: AttributeMap): StoredAttributes {
  const stored: StoredAttributes = Object.create(null);
  for (const key in attributes) stored[key] = toStored(attributes[key]);
  return stored;
}
