import type { Context } from '../store/ports.ts';

export interface Complaint {
  /** What it should have been; the last that was said. */
  correction?: unknown;
}

/** Predictions of an endpoint that somebody, since then, gave a thumb down or corrected. */
export async function complaintsOf(
  { project, store }: Context,
  endpoint: string,
  since: number,
): Promise<Map<string, Complaint>> {
  const rows = await store.database.sql
    .selectFrom('feedback')
    .select(['prediction', 'kind', 'value_json'])
    .where('project', '=', project)
    .where('endpoint', '=', endpoint)
    .where('at', '>=', since)
    .where((where) =>
      where.or([
        where('kind', '=', 'correction'),
        where.and([where('kind', '=', 'thumb'), where('value_json', '=', '"down"')]),
      ]),
    )
    .orderBy('at')
    .orderBy('id')
    .execute();
  const complaints = new Map<string, Complaint>();
  for (const { prediction, kind, value_json } of rows) {
    const complaint = complaints.get(prediction) ?? {};
    if (kind === 'correction') complaint.correction = JSON.parse(value_json);
    complaints.set(prediction, complaint);
  }
  return complaints;
}
