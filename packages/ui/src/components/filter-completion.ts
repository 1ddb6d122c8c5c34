/** What may stand where the caret is in a filter such as `metrics.auc > 0.7 and params.lr < 0.1`. */
export interface Completion {
  /** What is expected there; `keys` are asked from the server. */
  expects: 'entity' | 'key' | 'operator' | 'value' | 'and';
  /** Of which entity, for keys, operators and values. */
  entity: string;
  /** What is already typed of it, and where it begins. */
  prefix: string;
  from: number;
}

/** What a filter may say. */
export interface Completions {
  /** By entity; `keys` is null where the server is asked for them, and `any` then says what such a key takes. */
  entities: Readonly<Record<string, EntityCompletions>>;
  /** The entity of a key that names none. */
  bare: string;
  /** Values by `entity.key`. */
  values: Readonly<Record<string, readonly string[]>>;
}

interface EntityCompletions {
  keys: readonly string[] | null;
  operators: Readonly<Record<string, readonly string[]>>;
  any: readonly string[];
}

interface Token {
  text: string;
  from: number;
}

/** Quoted texts, operators, lists in parentheses, and words; what is none of these is skipped. */
const TOKEN = /'[^']*(?:'|$)|[<>=!]+|\([^)]*\)?|(?:[^\s'<>=!(`"]|`[^`]*(?:`|$)|"[^"]*(?:"|$))+/g;

function tokensOf(text: string): Token[] {
  return [...text.matchAll(TOKEN)].map((match) => ({ text: match[0], from: match.index }));
}

/** Reads clause after clause up to the caret: key, operator, value, AND. */
export function completeAt(text: string, caret: number, { bare }: Completions): Completion {
  const before = text.slice(0, caret);
  const tokens = tokensOf(before);
  const last = tokens.at(-1);
  const isTouching = last !== undefined && last.from + last.text.length === before.length;
  const done = isTouching ? tokens.slice(0, -1) : tokens;
  const current = isTouching && last ? last : { text: '', from: before.length };
  let expects: 'key' | 'operator' | 'value' | 'and' = 'key';
  let key = '';
  for (const { text: token } of done) {
    if (expects === 'key') {
      key = token;
      expects = 'operator';
    } else if (expects === 'operator') expects = afterOperator(token);
    else expects = expects === 'value' ? 'and' : 'key';
  }
  if (expects !== 'key') {
    const entity = key.includes('.') ? key : `${bare}.${key}`;
    return { expects, entity, prefix: current.text, from: current.from };
  }
  const dot = current.text.indexOf('.');
  if (dot < 0) return { expects: 'entity', entity: '', prefix: current.text, from: current.from };
  const prefix = current.text.slice(dot + 1).replace(/^[`"]/, '');
  return { expects: 'key', entity: current.text.slice(0, dot), prefix, from: current.from + dot + 1 };
}

/** `NOT IN`, `IS NULL` and `IS NOT NULL` are more than one word; the last two take no value. */
function afterOperator(token: string): 'operator' | 'value' | 'and' {
  const word = token.toUpperCase();
  if (word === 'NOT' || word === 'IS') return 'operator';
  return word === 'NULL' ? 'and' : 'value';
}

/** A key as it stands in a filter: what is no plain word is in backticks. */
export function writtenKey(key: string): string {
  return /^[A-Za-z_][\w./-]*$/.test(key) ? key : `\`${key}\``;
}

/** What can be put in at the caret, as it would stand there. `keys`: what the server knows of the entity. */
export function offers(
  { expects, entity, prefix }: Completion,
  { entities, values }: Completions,
  keys: readonly string[],
): string[] {
  const start = prefix.toLowerCase();
  const fits = (word: string) => word.toLowerCase().startsWith(start) && word !== prefix;
  switch (expects) {
    case 'entity':
      return Object.keys(entities)
        .map((name) => `${name}.`)
        .filter(fits);
    case 'key':
      return (entities[entity]?.keys ?? keys)
        .filter((key) => key.toLowerCase().includes(start) && key !== prefix)
        .map(writtenKey);
    case 'operator':
      return operatorsOf(entity, entities).filter(fits);
    case 'value':
      return (values[entity] ?? []).filter(fits);
    case 'and':
      return ['AND'].filter(fits);
  }
}

function operatorsOf(column: string, entities: Completions['entities']): readonly string[] {
  const [name, ...key] = column.split('.');
  const entity = entities[name];
  return entity?.operators[key.join('.')] ?? entity?.any ?? [];
}

/** The text with the offer in it, and where the caret then stands. */
export function accept(
  text: string,
  caret: number,
  { from, expects }: Completion,
  offer: string,
): { text: string; caret: number } {
  const space = expects === 'entity' ? '' : ' ';
  const head = `${text.slice(0, from)}${offer}${space}`;
  const rest = text.slice(caret);
  return { text: `${head}${space === '' ? rest : rest.trimStart()}`, caret: head.length };
}

/** Which part of the filter a refusal is about: what it found there, or what it quotes, where the filter has that. */
export function namedPlace(filter: string, message: string): { from: number; to: number } | null {
  const quoted = [...message.matchAll(/'((?:[^']|'(?=\w))+)'|"([^"]+)"/g)].map(
    (match) => match[1] ?? match[2],
  );
  const found = /Found (\S.*)$/.exec(message)?.[1];
  for (const part of [found, ...quoted.sort((a, b) => b.length - a.length)]) {
    if (part === undefined) continue;
    const from = filter.indexOf(part);
    if (from >= 0 && part !== filter) return { from, to: from + part.length };
  }
  return null;
}
