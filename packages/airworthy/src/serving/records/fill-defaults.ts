import type { Field } from '../../models/table.ts';

/**
 * Fills in what a record leaves out, where its field declares a default, and only there; null stays null. Undefined
 * where no field does, so that nothing is paid for it.
 *
 * @example
 * createDefaults([{ name: 'channel', kind: 'category', nullable: false, default: 'web' }])?.({}); // { channel: 'web' }
 */
export function createDefaults(fields: readonly Field[]): ((value: unknown) => unknown) | undefined {
  const declared = fields.filter((field) => field.default !== undefined);
  if (declared.length === 0) return undefined;
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    const missing = declared.filter(({ name }) => !Object.hasOwn(value, name));
    if (missing.length === 0) return value;
    return { ...value, ...Object.fromEntries(missing.map((field) => [field.name, field.default])) };
  };
}
