import { readdirSync, readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { dirname, join, normalize, relative, sep } from 'node:path';
import { type Node, parse } from 'acorn';
import { fullAncestor } from 'acorn-walk';

/** The stages in the order of the data: a stage imports only earlier ones, through their door. */
export const STAGES = [
  'data',
  'tracking',
  'training',
  'evaluation',
  'registry',
  'serving',
  'monitoring',
  'feedback',
];

/** Floors of the house, top to bottom: a file imports only from its own room or from a lower floor. */
const FLOORS: readonly (readonly string[])[] = [
  ['index'],
  ['cli'],
  ['http', 'grpc'],
  ['app'],
  ['lifecycle'],
  ['project'],
  STAGES,
  ['store', 'jobs'],
  ['models', 'stats'],
  ['kernel'],
];

/**
 * A stage is entered through its index.ts: what it does. What every config loads, before any stage has work to do,
 * enters by schema.ts: what the stage's records and settings are, without the code that does the work.
 */
const SCHEMA_READERS = ['index', 'project'];

/**
 * Doors beside index.ts, for work that must start at once: index.ts loads all that a stage can do, half a second of it where
 * a person waits for one case. Each offers only what index.ts offers too. See docs/decisions/2026-11-20-narrow-doors.md.
 */
const NARROW_DOORS = ['tracking/recording.ts', 'evaluation/running.ts', 'evaluation/calling.ts'];

const LONGEST_FUNCTION = 100;
const LONGEST_FILE = 600;

/** Files over the limit, each with the reason it is allowed. */
const LONG_FILES: Record<string, string> = {
  'kernel/error-catalogue.ts':
    'one flat list, an entry an error, so that docs/errors.md and readers have it whole',
};

export interface SourceFile {
  /** Relative to src/, with forward slashes: `data/index.ts`. */
  path: string;
  text: string;
}

export function readSources(root: string): SourceFile[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ path: relative(root, path).split(sep).join('/'), text: readFileSync(path, 'utf8') }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Every breach of the house rules, one line each. */
export function findViolations(sources: readonly SourceFile[]): string[] {
  const known = new Set(sources.map((source) => source.path));
  const edges = sources.flatMap((source) =>
    importsOf(source).map((target) => ({ from: source.path, target })),
  );
  return [
    ...edges.flatMap((edge) => importViolations(edge.from, edge.target, known)),
    ...findCycles(sources, edges),
    ...sources.flatMap(shapeViolations),
    ...NARROW_DOORS.flatMap((door) => widerThanIndex(door, sources)),
  ];
}

function importsOf(source: SourceFile): string[] {
  const specifiers = [...source.text.matchAll(/(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+)'/g)].map(
    (match) => match[1],
  );
  return specifiers.map((specifier) =>
    normalize(join(dirname(source.path), specifier))
      .split(sep)
      .join('/'),
  );
}

const isTest = (path: string) => path.endsWith('.test.ts') || path.includes('/testing/');

function importViolations(from: string, target: string, known: ReadonlySet<string>): string[] {
  if (target.startsWith('..')) return isTest(from) ? [] : [`${from} imports ${target}, outside src/`];
  if (!known.has(target))
    return target.endsWith('.ts') ? [`${from} imports ${target}, which is not there`] : [];
  const [fromRoom, toRoom] = [roomOf(from), roomOf(target)];
  if (fromRoom === toRoom) return [];
  const [fromFloor, toFloor] = [floorOf(fromRoom), floorOf(toRoom)];
  if (fromFloor === -1) return [`${from}: "${fromRoom}" is no room of the house`];
  if (toFloor === -1) return [`${target}: "${toRoom}" is no room of the house`];
  const bothStages = STAGES.includes(fromRoom) && STAGES.includes(toRoom);
  const downward = bothStages ? STAGES.indexOf(toRoom) < STAGES.indexOf(fromRoom) : toFloor > fromFloor;
  if (!downward) return [`${from} imports ${target}: ${fromRoom} may not know ${toRoom}`];
  const doors = SCHEMA_READERS.includes(fromRoom) ? ['index.ts', 'schema.ts'] : ['index.ts'];
  const throughDoor =
    !STAGES.includes(toRoom) ||
    doors.some((door) => target === `${toRoom}/${door}`) ||
    NARROW_DOORS.includes(target) ||
    isTest(from);
  return throughDoor ? [] : [`${from} imports ${target}: a stage is entered through its index.ts`];
}

function widerThanIndex(door: string, sources: readonly SourceFile[]): string[] {
  const offeredBy = (path: string) =>
    namesOffered(sources.find((source) => source.path === path)?.text ?? '');
  const offered = new Set(offeredBy(`${roomOf(door)}/index.ts`));
  const more = offeredBy(door).filter((name) => !offered.has(name));
  return more.map((name) => `${door} offers ${name}, which its index.ts does not`);
}

function namesOffered(text: string): string[] {
  return [...text.matchAll(/^export (?:type )?\{([^}]*)\}/gm)].flatMap(([, names]) =>
    names
      .split(',')
      .map((name) => name.trim().replace(/^type /, ''))
      .filter((name) => name !== ''),
  );
}

function roomOf(path: string): string {
  const slash = path.indexOf('/');
  return slash === -1 ? path.replace(/\.ts$/, '') : path.slice(0, slash);
}

function floorOf(room: string): number {
  return FLOORS.findIndex((floor) => floor.includes(room));
}

function findCycles(
  sources: readonly SourceFile[],
  edges: readonly { from: string; target: string }[],
): string[] {
  const targets = Map.groupBy(edges, (edge) => edge.from);
  const state = new Map<string, 'open' | 'closed'>();
  const cycles: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    if (state.get(path) === 'closed') return;
    if (state.get(path) === 'open') {
      cycles.push(`cycle: ${[...trail.slice(trail.indexOf(path)), path].join(' → ')}`);
      return;
    }
    state.set(path, 'open');
    for (const edge of targets.get(path) ?? []) visit(edge.target, [...trail, path]);
    state.set(path, 'closed');
  };
  for (const source of sources) visit(source.path, []);
  return cycles;
}

function shapeViolations(source: SourceFile): string[] {
  const found: string[] = [];
  if (/^export \* from/m.test(source.text)) found.push(`${source.path}: export * hides what a room offers`);
  // A test may hold a project's config as text.
  if (!isTest(source.path) && /^export default/m.test(source.text))
    found.push(`${source.path}: default exports are for project configs only`);
  if (/(^|\/)(utils?|helpers|misc|common)(\/|\.ts$)/.test(source.path))
    found.push(`${source.path}: name it by what it does`);
  if (source.path.endsWith('/index.ts') && !STAGES.includes(roomOf(source.path))) {
    found.push(`${source.path}: only a stage has an index.ts`);
  }
  const lines = source.text.split('\n').length;
  if (lines > LONGEST_FILE && !(source.path in LONG_FILES)) found.push(`${source.path}: ${lines} lines`);
  return isTest(source.path) ? found : [...found, ...longFunctions(source)];
}

function longFunctions(source: SourceFile): string[] {
  // Stripping types keeps every line where it was.
  const script = stripTypeScriptTypes(source.text, { mode: 'strip' });
  const tree = parse(script, { ecmaVersion: 'latest', sourceType: 'module', locations: true });
  const found: string[] = [];
  fullAncestor(tree, (node: Node) => {
    if (!/Function/.test(node.type) || !node.loc) return;
    const length = node.loc.end.line - node.loc.start.line + 1;
    if (length > LONGEST_FUNCTION)
      found.push(`${source.path}:${node.loc.start.line}: a function of ${length} lines`);
  });
  return found;
}
