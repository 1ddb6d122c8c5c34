const TOKEN = /"(?:[^"\\]|\\.)*"|\[(?:[^\]\\]|\\.)*\]|\{\d+,\d+\}|[a-zA-Z][a-zA-Z0-9-]*|[()|?*+]/g;

/**
 * A second reading of a grammar, to hold it against the validators. Every rule becomes a part of one regular
 * expression, so this takes only grammars in which no rule leads back to itself.
 */
export function gbnfToRegex(grammar: string): RegExp {
  const rules = new Map(
    grammar
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.split(' ::= ', 2) as [string, string]),
  );
  const source = (name: string): string => {
    const body = rules.get(name);
    if (body === undefined) throw new Error(`no rule "${name}"`);
    const parts = (body.match(TOKEN) ?? []).map((token) => {
      if (token.startsWith('"')) return `(?:${escapeAll(JSON.parse(token) as string)})`;
      return /^[a-zA-Z]/.test(token) ? source(token) : token.replace(/^\($/, '(?:');
    });
    return `(?:${parts.join('')})`;
  };
  return new RegExp(`^${source('root')}$`, 'u');
}

function escapeAll(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
