import { eraseFeedback } from '../../feedback/index.ts';
import { eraseNames } from '../../monitoring/index.ts';
import { eraseAnswers, erasePredictions, eraseUsage, keptAnswers } from '../../serving/index.ts';
import type { Context } from '../../store/ports.ts';
import { eraseTraces } from '../../tracking/index.ts';
import type { Apply } from './apply-writes.ts';
import type { Person } from './collect-ids.ts';
import type { ErasureJournal } from './erasure-journal.ts';

/** Takes texts of the person’s records out of what monitoring shows; before the records go. */
export async function eraseWindowNames(
  context: Context,
  journal: ErasureJournal,
  apply: Apply,
): Promise<void> {
  for await (const ids of journal.pages('prediction')) {
    const rows = await context.store.database.sql
      .selectFrom('prediction')
      .select(['endpoint', 'record_json', 'at'])
      .where('project', '=', context.project)
      .where('id', 'in', ids)
      .execute();
    for (const [endpoint, own] of Map.groupBy(rows, (row) => row.endpoint)) {
      const texts = own.flatMap(({ record_json }) =>
        Object.values(JSON.parse(record_json) as object).filter((value) => typeof value === 'string'),
      );
      const times = own.map(({ at }) => Number(at));
      const [from, to] = [Math.min(...times), Math.max(...times)];
      await eraseNames(context, { endpoint, from, to, texts }, apply);
    }
  }
}

/** Predictions with what was said of them, traces, kept answers, and whose calls to language models are whose. */
export async function eraseServed(
  context: Context,
  journal: ErasureJournal,
  { pseudonym }: Person,
  apply: Apply,
): Promise<void> {
  const { project } = context;
  for await (const page of keptAnswers(context)) {
    const own = await journal.amongOwn(page.flatMap(({ ids }) => ids));
    const answers = page.filter(({ ids }) => ids.some((id) => own.has(id)));
    if (answers.length > 0) await apply((sql) => eraseAnswers(sql, project, answers));
  }
  for await (const ids of journal.pages('prediction'))
    await apply(async (sql) => ({
      ...(await eraseFeedback(sql, project, ids)),
      ...(await erasePredictions(sql, project, ids)),
    }));
  for await (const ids of journal.pages('trace'))
    await apply(async (sql) => {
      const { blobs, ...counts } = await eraseTraces(sql, project, ids);
      await journal.add(sql, 'blob', blobs);
      return counts;
    });
  await apply((sql) => eraseUsage(sql, project, pseudonym));
}
