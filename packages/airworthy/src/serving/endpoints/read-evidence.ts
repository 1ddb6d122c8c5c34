import type { Context } from '../../store/ports.ts';
import type { RunLink } from '../../tracking/index.ts';
import type { Evidence } from '../schema.ts';

/** The run, verdicts and dataset versions behind a bundle, from the record. */
export async function readEvidence(context: Context, bundle: string): Promise<Evidence> {
  const { sql } = context.store.database;
  const packed = await sql
    .selectFrom('bundle')
    .select('run')
    .where('project', '=', context.project)
    .where('digest', '=', bundle)
    .executeTakeFirst();
  if (packed === undefined) return { bundle, run: null, verdicts: [], datasets: [] };
  const verdicts = await sql
    .selectFrom('verdict')
    .select('verdict_json')
    .where('project', '=', context.project)
    .where('run', '=', packed.run)
    .orderBy('created_at')
    .execute();
  const run = await sql
    .selectFrom('run')
    .select('inputs_json')
    .where('project', '=', context.project)
    .where('id', '=', packed.run)
    .executeTakeFirst();
  return {
    bundle,
    run: packed.run,
    verdicts: verdicts.map((row) => String(JSON.parse(row.verdict_json).sentence)),
    datasets: run === undefined ? [] : datasetDigests(run.inputs_json),
  };
}

function datasetDigests(inputsJson: string): string[] {
  const inputs: RunLink[] = JSON.parse(inputsJson);
  return inputs.filter((input) => input.kind.startsWith('dataset')).map((input) => input.digest);
}
