/** What is known of an argument. */
export interface ValueSchema {
  type?: string;
  enum?: readonly unknown[];
  items?: ValueSchema;
  default?: unknown;
}

/** Hands out what a text holds for arguments: each number and each name once, in the order of the text. */
export function valueFinder(text: string): (schema: ValueSchema) => unknown {
  const numbers = [...text.matchAll(/-?\d+(?:\.\d+)?/g)].map(([digits]) => Number(digits));
  const texts = textsOf(text);
  return function find(schema: ValueSchema): unknown {
    if (schema.enum !== undefined) return mentioned(schema.enum, text) ?? schema.enum[0];
    switch (schema.type) {
      case 'integer':
      case 'number':
      case 'float':
        return numbers.shift();
      case 'boolean':
        return true;
      case 'array':
      case 'tuple':
        return isNumber(schema.items) ? numbers.splice(0) : texts.splice(0);
      case 'object':
      case 'dict':
        return {};
      default:
        return texts.shift();
    }
  };
}

/** What is quoted, then names: words with capitals, but the first. */
function textsOf(text: string): string[] {
  const quoted = [...text.matchAll(/["']([^"']{2,})["']/g)].map(([, inner]) => inner ?? '');
  const unquoted = text.replaceAll(/["'][^"']{2,}["']/g, ' ');
  const names = [...unquoted.matchAll(/(?<=\S\s)[A-Z][\w-]*(?:\s[A-Z][\w-]*)*/g)].map(([name]) => name);
  return [...quoted, ...names];
}

function mentioned(choices: readonly unknown[], text: string): unknown {
  const said = text.toLowerCase();
  return choices.find((choice) => said.includes(String(choice).toLowerCase()));
}

function isNumber(schema: ValueSchema | undefined): boolean {
  return schema?.type === 'integer' || schema?.type === 'number' || schema?.type === 'float';
}
