import type { Context } from '../../store/ports.ts';
import type { ModelDetails, VersionVerdict } from '../schema.ts';
import { currentAliases, movesOf, toMove } from './alias-rows.ts';
import { requireModel, toModelVersion } from './version-rows.ts';

/** Versions and alias moves shown, newest first. */
const SHOWN = 50;

/** A model with its newest versions, aliases, alias history and verdicts. Throws MODEL_NOT_FOUND. */
export async function showModel(context: Context, name: string): Promise<ModelDetails> {
  const { sql } = context.store.database;
  const model = await requireModel(sql, context.project, name);
  const aliases = await currentAliases(sql, context.project, name);
  const rows = await sql
    .selectFrom('model_version')
    .innerJoin('bundle', (join) =>
      join
        .onRef('bundle.project', '=', 'model_version.project')
        .onRef('bundle.digest', '=', 'model_version.bundle'),
    )
    .selectAll('model_version')
    .select('bundle.run')
    .where('model_version.project', '=', context.project)
    .where('model_version.model', '=', name)
    .orderBy('number', 'desc')
    .limit(SHOWN)
    .execute();
  const verdicts = await verdictsByRun(
    context,
    rows.map((row) => row.run),
  );
  const history = await movesOf(sql, context.project, name).limit(SHOWN).execute();
  return {
    name,
    createdAt: model.created_at,
    aliases,
    versions: rows.map((row) => ({
      ...toModelVersion(row),
      run: row.run,
      aliases: Object.keys(aliases).filter((alias) => aliases[alias] === row.number),
      verdicts: verdicts.get(row.run) ?? [],
    })),
    history: history.map(toMove),
  };
}

async function verdictsByRun(
  context: Context,
  runs: readonly string[],
): Promise<Map<string, VersionVerdict[]>> {
  if (runs.length === 0) return new Map();
  const rows = await context.store.database.sql
    .selectFrom('verdict')
    .select(['id', 'run', 'outcome', 'verdict_json'])
    .where('project', '=', context.project)
    .where('run', 'in', runs)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  const grouped = Map.groupBy(rows, (row) => row.run);
  return new Map(
    [...grouped].map(([run, ofRun]) => [
      run,
      ofRun.map(({ id, outcome, verdict_json }) => ({
        id,
        outcome,
        sentence: String((JSON.parse(verdict_json) as { sentence?: unknown }).sentence ?? ''),
      })),
    ]),
  );
}
