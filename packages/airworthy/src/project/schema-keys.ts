import type { z } from 'zod';

/** What the walk needs to see of a Zod schema: its kind and its parts. */
interface SchemaDefinition {
  type: string;
  shape?: Record<string, z.core.$ZodType>;
  innerType?: z.core.$ZodType;
  in?: z.core.$ZodType;
  element?: z.core.$ZodType;
  valueType?: z.core.$ZodType;
  options?: readonly z.core.$ZodType[];
  getter?: () => z.core.$ZodType;
}

/**
 * The keys a schema accepts at a path, for "did you mean". A union offers the keys of all its options.
 *
 * @example
 * knownKeys(z.strictObject({ budget: z.strictObject({ trials: z.number() }) }), ['budget']); // ['trials']
 */
export function knownKeys(schema: z.core.$ZodType, path: readonly PropertyKey[]): string[] {
  const reached = path.reduce<z.core.$ZodType[]>(
    (schemas, key) => schemas.flatMap((each) => membersAt(each, key)),
    [schema],
  );
  return [...new Set(reached.flatMap(objectKeys))];
}

function membersAt(schema: z.core.$ZodType, key: PropertyKey): z.core.$ZodType[] {
  return alternatives(schema).flatMap((each) => {
    const definition = definitionOf(each);
    const member = definition.shape?.[String(key)] ?? definition.element ?? definition.valueType;
    return member ? [member] : [];
  });
}

function objectKeys(schema: z.core.$ZodType): string[] {
  return alternatives(schema).flatMap((each) => Object.keys(definitionOf(each).shape ?? {}));
}

/** The schema without wrappers (optional, default, transforms, lazy), one entry for each option of a union. */
function alternatives(schema: z.core.$ZodType): z.core.$ZodType[] {
  const definition = definitionOf(schema);
  if (definition.options) return definition.options.flatMap(alternatives);
  const inner = definition.innerType ?? definition.in ?? definition.getter?.();
  return inner ? alternatives(inner) : [schema];
}

function definitionOf(schema: z.core.$ZodType): SchemaDefinition {
  return schema._zod.def as unknown as SchemaDefinition;
}
