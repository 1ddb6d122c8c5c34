import { join } from 'node:path';
import { AirworthyError } from '../kernel/errors.ts';
import { contentKey } from '../kernel/ids.ts';
import type { Context } from '../store/ports.ts';
import { openScratchFolder } from '../store/scratch-folder.ts';
import { type BuiltContent, buildContent } from './canonical/build-content.ts';
import { buildSchema } from './canonical/build-schema.ts';
import { checkContent, recheckFreshness, worstFirst } from './check-quality.ts';
import { type Engine, openEngine } from './engine/open-engine.ts';
import { sqlText } from './engine/sql-text.ts';
import { getVersion } from './get-version.ts';
import { profileContent } from './profile/profile-content.ts';
import {
  DataConfig,
  type DataConfigInput,
  type DatasetVersion,
  type Finding,
  type SourceRecord,
} from './schema.ts';
import { countColumns } from './sources/count-columns.ts';
import { detectFormat } from './sources/detect-format.ts';
import { type FoundFile, findFiles } from './sources/find-files.ts';
import { checkFiles, openSource } from './sources/open-source.ts';
import { saveVersion } from './stored/save-version.ts';
import { scanContent, versionDigest } from './stored/scan-content.ts';

export interface DatasetToAdd {
  /** Kebab-case. */
  name: string;
  config: DataConfigInput;
  /** The project folder: where relative paths start and packages are looked up. */
  folder: string;
}

/** Part of every recipe: raised when the same configuration would now give other content. */
const RECIPE_FORMAT = 1;

/**
 * Reads the source of a dataset, samples and filters it, profiles and checks it, and stores it as a version named by its
 * content. The same content under the same schema is the same version, whatever file format or order of columns it
 * came in (then `reused`). Files that did not change since the last time are not read again.
 *
 * Nothing is left of a version that fails or is killed half-way. Findings of severity error do not stop this; see
 * assertQuality.
 *
 * @example
 * const { version } = await addDataset(context, { name: 'flights', config: { source: 'data/*.csv' }, folder: '.' });
 */
export async function addDataset(
  context: Context,
  { name, config: input, folder }: DatasetToAdd,
): Promise<{ version: DatasetVersion; reused: boolean }> {
  const config = DataConfig.parse(input);
  const files = findFiles([config.source].flat(), folder);
  const recipe = contentKey({ format: RECIPE_FORMAT, dataset: name, config: { ...config, split: null } });
  const stamps = contentKey(files.map((file) => [file.path, file.stamp]));
  const unchanged = await findUnchanged(context, name, recipe, stamps);
  if (unchanged) {
    const findings = await recheckFreshness(unchanged, config.quality, context.clock.now());
    return { version: { ...unchanged, findings }, reused: true };
  }
  const version = await readVersion(context, { name, config, files, recipe });
  const saved = await saveVersion(context, version, { recipe, stamps });
  if (!saved.known) context.events.emit('dataset.added', { dataset: name, digest: version.digest });
  return { version: saved.version, reused: saved.known };
}

async function findUnchanged(
  context: Context,
  dataset: string,
  recipe: string,
  stamps: string,
): Promise<DatasetVersion | undefined> {
  const row = await context.store.database.sql
    .selectFrom('source_file')
    .select(['stat_json', 'digest'])
    .where('project', '=', context.project)
    .where('recipe', '=', recipe)
    .executeTakeFirst();
  if (row?.stat_json !== JSON.stringify(stamps)) return undefined;
  const version = await getVersion(context, `${dataset}@${row.digest}`);
  // Another recipe may since have led to the same content, with findings of its own.
  const usable = version.source.recipe === recipe && (await context.store.blobs.has(version.blob));
  return usable ? version : undefined;
}

interface Plan {
  name: string;
  config: DataConfig;
  files: FoundFile[];
  recipe: string;
}

async function readVersion(context: Context, plan: Plan): Promise<DatasetVersion> {
  const progress = context.progress.start(`data ${plan.name}`, 4, 'steps');
  try {
    await using scratch = await openScratchFolder(context.store.folder, 'data');
    const format = plan.config.format ?? detectFormat(plan.files);
    await checkFiles(plan.files, scratch.path);
    using engine = await openEngine({
      scratch: scratch.path,
      files: plan.files.map((file) => file.path),
      width: await countColumns(plan.files, format, scratch.path),
      signal: context.signal,
    });
    const table = await openSource(engine, plan.files, format, plan.config, scratch.path);
    const path = join(scratch.path, 'canonical.parquet');
    const built = await buildContent(engine, table, format, plan.config, path);
    progress.advance(1, `${built.rows} rows`);
    const version = await describe(context, engine, plan, built, (step, note) =>
      progress.advance(step, note),
    );
    return { ...version, blob: await context.store.blobs.putFile(built.path) };
  } finally {
    progress.end();
  }
}

/** Scan, profile and findings of the canonical file. */
async function describe(
  context: Context,
  engine: Engine,
  { name, config, files, recipe }: Plan,
  built: BuiltContent,
  advance: (step: number, note: string) => void,
): Promise<DatasetVersion> {
  const relation = `read_parquet(${sqlText(built.path)})`;
  const numbered = `read_parquet(${sqlText(built.path)}, file_row_number = true)`;
  const scans = await scanContent(engine, relation, built.columns);
  const { schema, findings } = buildSchema(config, built, scans);
  advance(2, 'digest');
  const profile = await profileContent(engine, numbered, built.rows, schema, scans);
  advance(3, 'profile');
  const source: SourceRecord = {
    recipe,
    source: [config.source].flat(),
    files: files.map((file) => ({ path: file.shown, bytes: file.bytes })),
    ...built.record,
  };
  const described = {
    ...{ dataset: name, number: 0, digest: versionDigest(built.rows, schema, scans), rows: built.rows },
    ...{
      schema,
      source,
      profile,
      madeFrom: [],
      blob: '',
      actor: context.actor,
      createdAt: context.clock.now(),
    },
  };
  const found: Finding[] = await checkContent(
    engine,
    numbered,
    described,
    config.quality,
    context.clock.now(),
  );
  advance(4, 'quality');
  const fromReading = [...built.findings, ...findings].map((finding) => ({
    ...finding,
    fromReading: true as const,
  }));
  return { ...described, findings: worstFirst([...fromReading, ...found]) };
}

/** Stops work that should not go on with such data: throws QUALITY_FAILED where a finding has severity error. */
export function assertQuality(version: DatasetVersion): void {
  const errors = version.findings.filter((finding) => finding.severity === 'error');
  if (errors.length === 0) return;
  const rules = [...new Set(errors.slice(1).map(({ rule }) => rule))].join(', ');
  const others = errors.length > 1 ? ` (and ${errors.length - 1} more: ${rules})` : '';
  throw new AirworthyError('QUALITY_FAILED', {
    message: `dataset "${version.dataset}" version ${version.number}: ${errors[0].message}${others}`,
    ...(errors[0].remedy ? { remedy: errors[0].remedy } : {}),
    facts: { dataset: version.dataset, version: version.number, findings: errors },
  });
}
