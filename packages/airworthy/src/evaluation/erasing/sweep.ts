import { isRecord } from '../../kernel/is-record.ts';
import { parseJson } from '../../kernel/parse-json.ts';
import type { Context } from '../../store/ports.ts';

const PAGE = 500;
const ID = /^(?:tr-)?([0-9a-f]{32})$/;
/** What metadata calls the person that a case is of. */
const PERSON_KEYS = new Set(['subject', 'user', 'user.id', 'enduser.id', 'speaker']);

/** Whom a case, an item or a record names: predictions and traces by id wherever they stand, persons where they are named as such. */
export interface Named {
  ids: string[];
  people: string[];
}

export interface SweptCase extends Named {
  evaluation: string;
  position: number;
  id: string;
}

/** All cases of all evaluations, a page at a time. */
export async function* sweepCases(context: Context): AsyncGenerator<SweptCase[]> {
  const columns = ['evaluation', 'position', 'id', 'cluster_key', 'input_json', 'metadata_json'] as const;
  for (let after = { evaluation: '', position: -1 }; ; ) {
    const rows = await context.store.database.sql
      .selectFrom('evaluation_case')
      .select(columns)
      .where('project', '=', context.project)
      .where((where) =>
        where.or([
          where('evaluation', '>', after.evaluation),
          where('evaluation', '=', after.evaluation).and('position', '>', after.position),
        ]),
      )
      .orderBy('evaluation')
      .orderBy('position')
      .limit(PAGE)
      .execute();
    yield rows.map(({ evaluation, position, id, cluster_key, input_json, metadata_json }) => {
      const metadata = namedIn(metadata_json);
      return {
        ...{ evaluation, position: Number(position), id },
        ids: [...metadata.ids, ...namedIn(input_json).ids, ...idIn(id)],
        people: cluster_key === null ? metadata.people : [...metadata.people, cluster_key],
      };
    });
    if (rows.length < PAGE) return;
    after = rows[rows.length - 1];
  }
}

export interface SweptItem extends Named {
  queue: string;
  id: string;
  /** Of which case of which evaluation it was made. */
  origin: { evaluation?: string; position?: number };
}

/** All items of review queues, a page at a time. */
export async function* sweepQueueItems(context: Context): AsyncGenerator<SweptItem[]> {
  for (let after = { queue: '', id: '' }; ; ) {
    const rows = await context.store.database.sql
      .selectFrom('queue_item')
      .select(['queue', 'id', 'payload_json'])
      .where('project', '=', context.project)
      .where((where) =>
        where.or([
          where('queue', '>', after.queue),
          where('queue', '=', after.queue).and('id', '>', after.id),
        ]),
      )
      .orderBy('queue')
      .orderBy('id')
      .limit(PAGE)
      .execute();
    yield rows.map(({ queue, id, payload_json }) => ({
      ...{ queue, id, ...namedIn(payload_json) },
      origin: (JSON.parse(payload_json) as { origin: SweptItem['origin'] }).origin,
    }));
    if (rows.length < PAGE) return;
    after = rows[rows.length - 1];
  }
}

export interface SweptRecord extends Named {
  dataset: string;
  id: string;
}

/** All records of evaluation datasets, a page at a time. */
export async function* sweepRecords(context: Context): AsyncGenerator<SweptRecord[]> {
  for (let after = { dataset: '', id: '' }; ; ) {
    const rows = await context.store.database.sql
      .selectFrom('evaluation_dataset_record')
      .select(['dataset', 'id', 'source_json', 'tags_json', 'inputs_json'])
      .where('project', '=', context.project)
      .where((where) =>
        where.or([
          where('dataset', '>', after.dataset),
          where('dataset', '=', after.dataset).and('id', '>', after.id),
        ]),
      )
      .orderBy('dataset')
      .orderBy('id')
      .limit(PAGE)
      .execute();
    yield rows.map(({ dataset, id, source_json, tags_json, inputs_json }) => {
      const parts = [source_json ?? 'null', tags_json, inputs_json].map(namedIn);
      return {
        ...{ dataset, id, ids: parts.flatMap(({ ids }) => ids) },
        people: parts.slice(0, 2).flatMap(({ people }) => people),
      };
    });
    if (rows.length < PAGE) return;
    after = rows[rows.length - 1];
  }
}

function namedIn(json: string): Named {
  const named: Named = { ids: [], people: [] };
  collect(parseJson(json), undefined, named);
  return named;
}

/** JSON in a text, as tags and sources have it, is looked into as well. */
function collect(value: unknown, key: string | undefined, named: Named): void {
  if (typeof value === 'string') {
    named.ids.push(...idIn(value));
    if (key !== undefined && PERSON_KEYS.has(key)) named.people.push(value);
    if (value.startsWith('{')) collect(parseJson(value), undefined, named);
  } else if (Array.isArray(value)) for (const each of value) collect(each, key, named);
  else if (isRecord(value)) for (const [name, each] of Object.entries(value)) collect(each, name, named);
}

function idIn(text: string): string[] {
  const [, id] = ID.exec(text) ?? [];
  return id === undefined ? [] : [id];
}
