import { AirworthyError } from '../../kernel/errors.ts';

/** What variables are looked up in. */
export type Scope = Readonly<Record<string, unknown>>;

/** Gives a value with its variables filled in. Throws TEMPLATE_INVALID for a variable that the scope does not have. */
export type Template<Value = unknown> = (scope: Scope) => Value;

type Part = { text: string } | { path: readonly string[]; source: string };

const TAG = /\{\{(.*?)\}\}|\{%.*?%\}|\{#.*?#\}/gs;
const PATH = /^[\p{L}_$][\p{L}\p{N}_$-]*(?:\.[\p{L}\p{N}_$-]+|\[\d+\])*$/u;
const QUOTED = /^"([^"]*)"$|^'([^']*)'$/;

/**
 * A text with {{variables}}: members of the scope, also nested ones ({{user.name}}, {{items[0].id}}). Values that are no
 * texts are written as JSON; a value is never read as a template again. Filters and blocks are refused; `{{"{%"}}` writes
 * what would else be one.
 *
 * @example
 * compileText('Hello {{user.name}}', 'prompt')({ user: { name: 'Ada' } }); // 'Hello Ada'
 */
export function compileText(text: string, where: string): Template<string> {
  const parts = parse(text, where);
  return (scope) =>
    parts.map((part) => ('text' in part ? part.text : asText(lookUp(part, scope, where)))).join('');
}

/** Any JSON value with such texts in it. A text that is one variable and nothing else becomes its value as it is. */
export function compileValue(value: unknown, where: string): Template {
  if (typeof value === 'string') return compileWhole(value, where);
  if (Array.isArray(value)) {
    const items = value.map((item, index) => compileValue(item, `${where}[${index}]`));
    return (scope) => items.map((item) => item(scope));
  }
  if (typeof value !== 'object' || value === null) return () => value;
  const members = Object.entries(value).map(
    ([name, member]) => [name, compileValue(member, `${where}.${name}`)] as const,
  );
  return (scope) => Object.fromEntries(members.map(([name, member]) => [name, member(scope)]));
}

function compileWhole(text: string, where: string): Template {
  const parts = parse(text, where);
  const [only] = parts;
  if (parts.length === 1 && 'path' in only) return (scope) => lookUp(only, scope, where);
  return compileText(text, where);
}

function parse(text: string, where: string): Part[] {
  const parts: Part[] = [];
  let from = 0;
  for (const match of text.matchAll(TAG)) {
    if (match.index > from) parts.push({ text: text.slice(from, match.index) });
    from = match.index + match[0].length;
    const inner = match[1]?.trim();
    const quoted = QUOTED.exec(inner ?? '');
    if (quoted) parts.push({ text: quoted[1] ?? quoted[2] });
    else if (inner !== undefined && PATH.test(inner)) parts.push({ path: pathOf(inner), source: inner });
    else throw notSupported(match[0], text.slice(0, match.index), where);
  }
  if (from < text.length) parts.push({ text: text.slice(from) });
  return parts;
}

function pathOf(source: string): string[] {
  return source.replaceAll(/\[(\d+)\]/g, '.$1').split('.');
}

function lookUp(
  { path, source }: { path: readonly string[]; source: string },
  scope: Scope,
  where: string,
): unknown {
  let value: unknown = scope;
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) {
      throw new AirworthyError('TEMPLATE_INVALID', {
        message: `${where}: {{${source}}} is not in the case’s input, which has ${listed(Object.keys(scope))}`,
        facts: { variable: source },
      });
    }
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? 'no members' : names.slice(0, 20).join(', ');
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

function notSupported(tag: string, before: string, where: string): AirworthyError {
  const line = before.split('\n').length;
  return new AirworthyError('TEMPLATE_INVALID', {
    message: `${where}, line ${line}: ${tag.slice(0, 80)} is no variable; filters, expressions and blocks are not known`,
    at: `${where}:${line}`,
  });
}
