import { type Kysely, sql as raw } from 'kysely';
import type { Context } from '../store/ports.ts';
import type { Schema } from '../store/sql/schema.ts';
import { frequentName } from './sketch/frequent-names.ts';
import type { WindowSketch } from './sketch/window-sketch.ts';
import { changeSketch, type WindowKey } from './windows/window-rows.ts';

/** Longer than a window. */
const WIDEST_MS = 7 * 86_400_000;
const ERASED = '(erased)';
const KEY = ['endpoint', 'model', 'version', 'arm', 'width', 'start'] as const;

export interface NamesToErase {
  endpoint: string;
  /** When the predictions were made that had these texts; milliseconds since the epoch, both within. */
  from: number;
  to: number;
  /** Texts of records. */
  texts: readonly string[];
}

/** Runs a write that says how many records it changed. */
export type CountedWrite = (work: (sql: Kysely<Schema>) => Promise<{ windowNames: number }>) => Promise<void>;

/**
 * Takes texts that the reference profile lacks out of the windows in which they were counted, and out of reports, alerts and
 * notifications that name them. How many new values there were stays: a sum tells of nobody.
 */
export async function eraseNames(context: Context, names: NamesToErase, write: CountedWrite): Promise<void> {
  const texts = new Set(names.texts.map(frequentName));
  const windows = (await windowsOf(context, names)).filter(({ sketch }) => namesIn(sketch, texts).length > 0);
  const found = new Set(windows.flatMap(({ sketch }) => namesIn(sketch, texts)));
  // The windows last: what was stopped half-way is found by them again.
  for (const name of found)
    await write(async (sql) => ({ windowNames: await eraseFromTexts(sql, context.project, name) }));
  for (const { window } of windows)
    await write(async (sql) => {
      await dropNames(context, sql, window, texts);
      return { windowNames: 1 };
    });
}

interface Named {
  window: WindowKey;
  sketch: WindowSketch;
}

async function windowsOf(
  { project, store }: Context,
  { endpoint, from, to }: NamesToErase,
): Promise<Named[]> {
  const rows = await store.database.sql
    .selectFrom('monitoring_window')
    .select([...KEY, 'sketch_json'])
    .where('project', '=', project)
    .where('endpoint', '=', endpoint)
    .where('start', '>', from - WIDEST_MS)
    .where('start', '<=', to)
    .where('sketch_json', 'is not', null)
    .execute();
  return rows.map(({ sketch_json, ...window }) => ({ window, sketch: JSON.parse(sketch_json ?? '') }));
}

function namesIn({ columns }: WindowSketch, texts: ReadonlySet<string>): string[] {
  return Object.values(columns ?? {}).flatMap(({ unseen = [] }) =>
    unseen.flatMap(([name]) => (texts.has(name) ? [name] : [])),
  );
}

function dropNames(
  context: Context,
  sql: Kysely<Schema>,
  window: WindowKey,
  texts: ReadonlySet<string>,
): Promise<void> {
  return changeSketch(context, sql, window, (sketch) => {
    for (const column of Object.values(sketch.columns ?? {}))
      if (column.unseen) column.unseen = column.unseen.filter(([name]) => !texts.has(name));
    return sketch;
  });
}

/** Where names are spoken of; in JSON a sentence has its quotes escaped. */
const SPOKEN_OF = [
  ['window_report', 'report_json'],
  ['alert', 'title'],
  ['alert', 'evidence_json'],
  ['notification', 'payload_json'],
] as const;

async function eraseFromTexts(sql: Kysely<Schema>, project: string, name: string): Promise<number> {
  const quoted = [JSON.stringify(name), JSON.stringify(ERASED)];
  const escaped = quoted.map((text) => JSON.stringify(text).slice(1, -1));
  let changed = 0;
  for (const [table, column] of SPOKEN_OF)
    for (const [form, instead] of [quoted, escaped]) {
      const text = raw.ref(column);
      const { numAffectedRows = 0n } = await raw`
        UPDATE ${raw.table(table)} SET ${text} = REPLACE(${text}, ${form}, ${instead})
        WHERE project = ${project} AND REPLACE(${text}, ${form}, '') <> ${text}`.execute(sql);
      changed += Number(numAffectedRows);
    }
  return changed;
}
