import { AirworthyError } from '../../../kernel/errors.ts';

/** The part of a syntax tree that is compared. */
export interface SyntaxNode {
  type: string;
  text: string;
  isNamed: boolean;
  isMissing: boolean;
  hasError: boolean;
  children: readonly (SyntaxNode | null)[];
}

/** Reads a program; undefined where it has a syntax error. */
export type ParseCode = <Result>(code: string, read: (root: SyntaxNode) => Result) => Result | undefined;

/** Languages with a grammar, by the name of its file. */
const GRAMMARS = {
  bash: 'bash',
  cpp: 'cpp',
  csharp: 'c-sharp',
  css: 'css',
  go: 'go',
  java: 'java',
  javascript: 'javascript',
  php: 'php',
  powershell: 'powershell',
  python: 'python',
  ruby: 'ruby',
  rust: 'rust',
  tsx: 'tsx',
  typescript: 'typescript',
} as const;

export type CodeLanguage = keyof typeof GRAMMARS;
export const CODE_LANGUAGES = Object.keys(GRAMMARS) as [CodeLanguage, ...CodeLanguage[]];

interface SyntaxTree {
  rootNode: SyntaxNode;
  delete(): void;
}
interface Parser {
  setLanguage(language: unknown): unknown;
  parse(code: string): SyntaxTree | null;
}
interface TreeSitter {
  Parser: { new (): Parser; init(): Promise<void> };
  Language: { load(file: string): Promise<unknown> };
}

const PACKAGE = '@vscode/tree-sitter-wasm';
const loaded = new Map<CodeLanguage, Promise<ParseCode>>();

/** Loads a language’s grammar once. Throws GRAMMAR_MISSING where the optional package with the grammars is not installed. */
export function loadGrammar(language: CodeLanguage): Promise<ParseCode> {
  const known = loaded.get(language) ?? load(language);
  loaded.set(language, known);
  return known;
}

async function load(language: CodeLanguage): Promise<ParseCode> {
  const { Parser, Language } = await loadTreeSitter();
  const { createRequire } = await import('node:module');
  const file = createRequire(import.meta.url).resolve(
    `${PACKAGE}/wasm/tree-sitter-${GRAMMARS[language]}.wasm`,
  );
  const parser = new Parser();
  parser.setLanguage(await Language.load(file));
  return (code, read) => {
    const tree = parser.parse(code);
    if (!tree) return undefined;
    // The tree lives in the grammar's own memory, which nobody else clears.
    try {
      return tree.rootNode.hasError ? undefined : read(tree.rootNode);
    } finally {
      tree.delete();
    }
  };
}

async function loadTreeSitter(): Promise<TreeSitter> {
  try {
    const module: { default: TreeSitter } = await import(PACKAGE);
    await module.default.Parser.init();
    return module.default;
  } catch (cause) {
    if ((cause as { code?: unknown }).code !== 'ERR_MODULE_NOT_FOUND') throw cause;
    throw new AirworthyError('GRAMMAR_MISSING', {
      message: `code cannot be compared by its syntax tree: ${PACKAGE} is not installed`,
      cause,
    });
  }
}
