import { AirworthyError } from '../kernel/errors.ts';
import { nearestName } from '../kernel/nearest-name.ts';
import type { Context } from '../store/ports.ts';
import type { DatasetVersion } from './schema.ts';
import { fromRow } from './stored/save-version.ts';

const DIGEST = /^[0-9a-f]{8,64}$/;

/**
 * A version by reference: `flights` (the newest whose content is there), `flights@2` (by number), `flights@3f2a…` or `3f2a…` (by digest, of
 * which eight characters are enough).
 */
export async function getVersion(context: Context, reference: string): Promise<DatasetVersion> {
  const [name, wanted] = reference.split('@');
  const versions = await matching(context, name, wanted);
  if (versions.length > 0) return versions[0];
  throw await notFound(context, reference, name);
}

async function matching(
  context: Context,
  name: string,
  wanted: string | undefined,
): Promise<DatasetVersion[]> {
  const all = context.store.database.sql
    .selectFrom('dataset_version')
    .selectAll()
    .where('project', '=', context.project)
    .orderBy('number', 'desc')
    .limit(1);
  const named = await select(all.where('dataset', '=', name));
  if (wanted === undefined) {
    const whole = await select(all.where('dataset', '=', name).where('erased_json', 'is', null));
    if (whole.length > 0) return whole;
    if (named.length > 0 || !DIGEST.test(name)) return named;
    return select(all.where('digest', 'like', `${name}%`));
  }
  if (/^\d{1,7}$/.test(wanted))
    return select(all.where('dataset', '=', name).where('number', '=', Number(wanted)));
  if (!DIGEST.test(wanted)) return [];
  return select(all.where('dataset', '=', name).where('digest', 'like', `${wanted}%`));

  async function select(query: typeof all): Promise<DatasetVersion[]> {
    return (await query.execute()).map(fromRow);
  }
}

async function notFound(context: Context, reference: string, name: string): Promise<AirworthyError> {
  const datasets = await context.store.database.sql
    .selectFrom('dataset')
    .select('name')
    .where('project', '=', context.project)
    .execute();
  const names = datasets.map((dataset) => dataset.name);
  const nearest = names.includes(name) ? undefined : nearestName(name, names);
  return new AirworthyError('DATASET_NOT_FOUND', {
    message: `there is no dataset version "${reference}"${nearest ? `; did you mean "${nearest}"?` : ''}`,
    facts: { reference, datasets: names.slice(0, 50) },
  });
}
