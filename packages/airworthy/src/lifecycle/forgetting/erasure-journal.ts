import { createHash } from 'node:crypto';
import type { Kysely, Selectable } from 'kysely';
import type { Context } from '../../store/ports.ts';
import type { ErasureItemTable } from '../../store/sql/erasure-tables.ts';
import { insertInChunks } from '../../store/sql/insert-in-chunks.ts';
import type { Schema } from '../../store/sql/schema.ts';
import type { ErasureRow } from './erasure-rows.ts';

const PAGE = 500;

/** What an erasure has to do with: ids of the person’s predictions and traces; versions and content that held their rows. */
export type ItemKind =
  | 'prediction'
  | 'trace'
  | 'version'
  | 'blob'
  | 'copy'
  | 'queue-item'
  | 'case-place'
  | `case ${string}`;

/** What one erasure has to do with, and how much it has erased. */
export interface ErasureJournal {
  readonly row: ErasureRow;
  add(sql: Kysely<Schema>, kind: ItemKind, ids: readonly string[]): Promise<void>;
  /** The same in a write of its own: noted before it is erased, so that it is known what to do with it next. */
  note(kind: ItemKind, ids: readonly string[]): Promise<void>;
  /** Ids of a kind in order, a page at a time. */
  pages(kind: ItemKind): AsyncGenerator<string[]>;
  /** Which of these predictions and traces are the person’s? */
  amongOwn(ids: readonly string[]): Promise<Set<string>>;
  /** Evaluations of which cases were erased. */
  evaluations(): Promise<string[]>;
  /** Adds to what was erased, inside the write that erases it. */
  count(sql: Kysely<Schema>, counts: Readonly<Record<string, number>>): Promise<void>;
  counts(): Promise<Record<string, number>>;
  /** How many predictions and traces, and the digest of their ids. */
  digestIds(): Promise<{ count: number; sha256: string }>;
  /** Forgets all of this: it names what is gone. */
  clear(sql: Kysely<Schema>): Promise<void>;
}

export function openErasureJournal(context: Context, row: ErasureRow): ErasureJournal {
  const own = { project: row.project, erasure: row.id };
  return {
    ...{ row, ...itemsOf(context, own), ...countsOf(context, own) },
    async clear(sql) {
      for (const table of ['erasure_item', 'erasure_count'] as const)
        await sql
          .deleteFrom(table)
          .where('project', '=', own.project)
          .where('erasure', '=', own.erasure)
          .execute();
    },
  };
}

/** Whose items and counts. */
type Own = Pick<Selectable<ErasureItemTable>, 'project' | 'erasure'>;

function itemsOf({ store }: Context, own: Own): Omit<ErasureJournal, 'row' | 'count' | 'counts' | 'clear'> {
  async function* pages(kind: string): AsyncGenerator<string[]> {
    for (let after = ''; ; ) {
      const rows = await store.database.sql
        .selectFrom('erasure_item')
        .select('id')
        .where('project', '=', own.project)
        .where('erasure', '=', own.erasure)
        .where('kind', '=', kind)
        .where('id', '>', after)
        .orderBy('id')
        .limit(PAGE)
        .execute();
      if (rows.length > 0) yield rows.map(({ id }) => id);
      if (rows.length < PAGE) return;
      after = rows[rows.length - 1].id;
    }
  }

  async function add(sql: Kysely<Schema>, kind: string, ids: readonly string[]): Promise<void> {
    const rows = [...new Set(ids)].map((id) => ({ ...own, kind, id }));
    await insertInChunks(sql, rows, (chunk) =>
      sql
        .insertInto('erasure_item')
        .values(chunk)
        .onConflict((conflict) => conflict.doNothing()),
    );
  }

  return {
    pages,
    add,
    note: (kind, ids) => store.database.write((sql) => add(sql, kind, ids)),
    async amongOwn(ids) {
      const found = new Set<string>();
      const wanted = [...new Set(ids)];
      for (let start = 0; start < wanted.length; start += PAGE) {
        const rows = await store.database.sql
          .selectFrom('erasure_item')
          .select('id')
          .where('project', '=', own.project)
          .where('erasure', '=', own.erasure)
          .where('kind', 'in', ['prediction', 'trace'])
          .where('id', 'in', wanted.slice(start, start + PAGE))
          .execute();
        for (const { id } of rows) found.add(id);
      }
      return found;
    },
    async evaluations() {
      const rows = await store.database.sql
        .selectFrom('erasure_item')
        .select('kind')
        .distinct()
        .where('project', '=', own.project)
        .where('erasure', '=', own.erasure)
        .where('kind', 'like', 'case %')
        .orderBy('kind')
        .execute();
      return rows.map(({ kind }) => kind.slice('case '.length));
    },
    async digestIds() {
      const hash = createHash('sha256');
      let count = 0;
      for (const kind of ['prediction', 'trace'])
        for await (const page of pages(kind)) {
          for (const id of page) hash.update(`${kind} ${id}\n`);
          count += page.length;
        }
      return { count, sha256: hash.digest('hex') };
    },
  };
}

function countsOf({ store }: Context, own: Own): Pick<ErasureJournal, 'count' | 'counts'> {
  return {
    async count(sql, counts) {
      for (const [kind, count] of Object.entries(counts)) {
        if (count === 0) continue;
        await sql
          .insertInto('erasure_count')
          .values({ ...own, kind, count })
          .onConflict((conflict) =>
            conflict
              .columns(['project', 'erasure', 'kind'])
              .doUpdateSet((eb) => ({ count: eb('erasure_count.count', '+', count) })),
          )
          .execute();
      }
    },
    async counts() {
      const rows = await store.database.sql
        .selectFrom('erasure_count')
        .select(['kind', 'count'])
        .where('project', '=', own.project)
        .where('erasure', '=', own.erasure)
        .execute();
      return Object.fromEntries(rows.map(({ kind, count }) => [kind, Number(count)]));
    },
  };
}
