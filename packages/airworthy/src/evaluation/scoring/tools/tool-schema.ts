import { isRecord } from '../../../kernel/is-record.ts';

/** What an argument may be, by the function's own description. */
export type ArgumentType = 'string' | 'integer' | 'number' | 'boolean' | 'list' | 'object';

export interface ArgumentSchema {
  /** Absent where the description does not say, or says a type that is none of JSON. */
  type?: ArgumentType;
  /** Of the items of a list. */
  items?: ArgumentType;
}

/** A function as the model was told of it. */
export interface ToolSchema {
  name: string;
  arguments: ReadonlyMap<string, ArgumentSchema>;
  required: readonly string[];
}

/** Names of types, JSON Schema's and those of function-calling suites. */
const TYPES: Readonly<Record<string, ArgumentType>> = {
  string: 'string',
  any: 'string',
  integer: 'integer',
  number: 'number',
  float: 'number',
  boolean: 'boolean',
  array: 'list',
  tuple: 'list',
  list: 'list',
  object: 'object',
  dict: 'object',
};

/** Reads descriptions of functions, bare or as `{ type: 'function', function: … }`. What is none is left out. */
export function readToolSchemas(given: unknown): ToolSchema[] {
  if (!Array.isArray(given)) return [];
  return given
    .map((each) => (isRecord(each) && isRecord(each.function) ? each.function : each))
    .filter((each): each is Record<string, unknown> => isRecord(each) && typeof each.name === 'string')
    .map(({ name, parameters }) => {
      const { properties, required } = isRecord(parameters) ? parameters : {};
      return {
        name: String(name),
        arguments: new Map(
          Object.entries(isRecord(properties) ? properties : {}).map(([key, each]) => [
            key,
            argumentSchema(each),
          ]),
        ),
        required: Array.isArray(required) ? required.map(String) : [],
      };
    });
}

function argumentSchema(given: unknown): ArgumentSchema {
  if (!isRecord(given)) return {};
  const type = typeOf(given.type);
  const items = isRecord(given.items) ? typeOf(given.items.type) : undefined;
  return { ...(type && { type }), ...(type === 'list' && items && { items }) };
}

function typeOf(name: unknown): ArgumentType | undefined {
  return typeof name === 'string' && Object.hasOwn(TYPES, name) ? TYPES[name] : undefined;
}
