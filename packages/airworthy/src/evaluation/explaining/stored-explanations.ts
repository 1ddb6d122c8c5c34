import { canonicalJson } from '../../kernel/canonical-json.ts';
import { AirworthyError } from '../../kernel/errors.ts';
import { idFromContent } from '../../kernel/ids.ts';
import type { Context } from '../../store/ports.ts';
import type { Explanation, ExplanationItem, ExplanationSpec } from './schema.ts';

/** The same question about the same bundle has the same id, and so is answered once. */
export function explanationId(bundle: string, spec: ExplanationSpec): string {
  return idFromContent({ explanation: 1, bundle, spec });
}

export async function findExplanation(context: Context, id: string): Promise<Explanation | undefined> {
  const found = await context.store.database.sql
    .selectFrom('explanation')
    .select('result_json')
    .where('project', '=', context.project)
    .where('id', '=', id)
    .executeTakeFirst();
  return found && (JSON.parse(found.result_json) as Explanation);
}

/** @throws EXPLANATION_NOT_FOUND. */
export async function getExplanation(context: Context, id: string): Promise<Explanation> {
  const found = await findExplanation(context, id);
  if (found) return found;
  throw new AirworthyError('EXPLANATION_NOT_FOUND', { message: `no explanation "${id}"` });
}

export async function saveExplanation(context: Context, explanation: Explanation): Promise<void> {
  const { id, model, bundle, spec, createdAt } = explanation;
  await context.store.database.write((sql) =>
    sql
      .insertInto('explanation')
      .values({
        ...{ project: context.project, id, model, bundle, created_at: createdAt },
        spec_json: canonicalJson(spec),
        result_json: canonicalJson(explanation),
      })
      .onConflict((conflict) => conflict.columns(['project', 'id']).doNothing())
      .execute(),
  );
}

export interface ListExplanations {
  model?: string | undefined;
  bundle?: string | undefined;
  limit: number;
  /** Where the page before ended. */
  before?: { at: number; id: string } | undefined;
}

/** Newest first, without results. */
export async function listExplanations(
  context: Context,
  { model, bundle, limit, before }: ListExplanations,
): Promise<ExplanationItem[]> {
  let query = context.store.database.sql
    .selectFrom('explanation')
    .select(['result_json'])
    .where('project', '=', context.project);
  if (model !== undefined) query = query.where('model', '=', model);
  if (bundle !== undefined) query = query.where('bundle', '=', bundle);
  if (before !== undefined) {
    query = query.where((where) =>
      where.or([
        where('created_at', '<', before.at),
        where.and([where('created_at', '=', before.at), where('id', '<', before.id)]),
      ]),
    );
  }
  const rows = await query.orderBy('created_at', 'desc').orderBy('id', 'desc').limit(limit).execute();
  return rows.map(({ result_json }) => {
    const { id, model, version, bundle, spec, createdAt } = JSON.parse(result_json) as Explanation;
    return { id, model, version, bundle, method: spec.method, spec, createdAt };
  });
}
