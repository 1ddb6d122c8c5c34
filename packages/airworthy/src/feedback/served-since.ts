import type { Context } from '../store/ports.ts';

const PAGE = 1_000;

export interface ServedPrediction {
  id: string;
  version: number;
  record: unknown;
  output: unknown;
}

/** Logged predictions of an endpoint from a time on, the oldest first, page by page. */
export async function* servedSince(
  { project, store }: Context,
  endpoint: string,
  since: number,
): AsyncGenerator<ServedPrediction> {
  let last: { at: number; id: string } = { at: since, id: '' };
  for (;;) {
    const { at, id } = last;
    const rows = await store.database.sql
      .selectFrom('prediction')
      .select(['id', 'version', 'record_json', 'output_json', 'at'])
      .where('project', '=', project)
      .where('endpoint', '=', endpoint)
      .where((where) =>
        where.or([where('at', '>', at), where.and([where('at', '=', at), where('id', '>', id)])]),
      )
      .orderBy('at')
      .orderBy('id')
      .limit(PAGE)
      .execute();
    for (const row of rows) {
      const { record_json, output_json } = row;
      yield {
        ...{ id: row.id, version: row.version },
        ...{ record: JSON.parse(record_json), output: JSON.parse(output_json) },
      };
    }
    const end = rows.at(-1);
    if (rows.length < PAGE || end === undefined) return;
    last = end;
  }
}
