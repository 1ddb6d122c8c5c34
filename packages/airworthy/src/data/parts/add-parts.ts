import { contentKey } from '../../kernel/ids.ts';
import type { Field } from '../../models/table.ts';
import type { Context } from '../../store/ports.ts';
import { checkContent, worstFirst } from '../check-quality.ts';
import { profileContent } from '../profile/profile-content.ts';
import { type DatasetSchema, type DatasetVersion, QualityRule, type QualityRuleInput } from '../schema.ts';
import { openStored } from '../stored/open-stored.ts';
import { saveVersion } from '../stored/save-version.ts';
import { distinctTexts } from '../stored/stream-columns.ts';
import { type DataPart, partsOf, putPartList } from './data-part.ts';
import { poolColumns } from './pool-columns.ts';

/** An open field lists its categories up to so many; the target always does. */
const MOST_LISTED = 1000;

export interface PartsToAdd {
  /** Kebab-case. */
  name: string;
  parts: readonly DataPart[];
  /** Columns that a part lacks have no value in its rows. */
  schema: DatasetSchema;
  /** Where the rows come from, in words. */
  source: string[];
  /** Digests of what they were made from. */
  madeFrom: string[];
  /** Rules as `data.quality` has them; those about columns that are not here do not apply. */
  quality?: readonly QualityRuleInput[];
}

/**
 * A dataset version of all rows of some parts, in their order. The rows are not copied, and its digest follows from
 * those of the parts: what it costs is the profile and the quality rules.
 */
export async function addParts(
  context: Context,
  { name, parts, schema, source, madeFrom, quality = [] }: PartsToAdd,
): Promise<{ version: DatasetVersion; reused: boolean }> {
  const rows = parts.reduce((sum, part) => sum + part.rows, 0);
  const record = { source, format: 'parquet' as const, files: [], rowsRead: rows, filters: [] };
  const target = schema.target && { target: { name: schema.target.name } };
  const draft: DatasetVersion = {
    ...{ dataset: name, number: 0, digest: '', rows, schema },
    source: { recipe: contentKey(madeFrom), ...record, ...target, parts: parts.length },
    ...{ profile: { rows, columns: [] }, findings: [], madeFrom, blob: await putPartList(context, parts) },
    ...{ actor: context.actor, createdAt: context.clock.now() },
  };
  const version = await describe(context, draft, parts, quality);
  const saved = await saveVersion(context, version);
  if (!saved.known) context.events.emit('dataset.added', { dataset: name, digest: version.digest });
  return { version: saved.version, reused: saved.known };
}

/** Categories, digest, profile and findings. */
async function describe(
  context: Context,
  draft: DatasetVersion,
  parts: readonly DataPart[],
  quality: readonly QualityRuleInput[],
): Promise<DatasetVersion> {
  await using stored = await openStored(context, [draft]);
  const { engine, relations, numbered } = stored;
  const fields: Field[] = [];
  for (const field of draft.schema.fields) {
    const isTarget = field.name === draft.schema.target?.name;
    const known = field.kind !== 'category' || field.closed || isTarget;
    fields.push(known ? field : withCategories(field, await distinctTexts(engine, relations[0], field.name)));
  }
  const target = fields.find((field) => field.name === draft.schema.target?.name);
  const schema = { ...draft.schema, fields, ...(target ? { target } : {}) };
  const digest = contentKey({
    format: 'airworthy-dataset/2',
    parts: parts.map((part) => part.digest),
    fields: Object.fromEntries(fields.map((field) => [field.name, field])),
    ...{ target: schema.target?.name, positive: schema.positive, features: [...schema.features].sort() },
  });
  const scans = poolColumns(fields, parts);
  const profile = await profileContent(engine, numbered[0], draft.rows, schema, scans);
  const version = { ...draft, digest, schema, profile };
  const rules = quality.map((rule) => QualityRule.parse(rule)).filter((rule) => isAbout(rule, fields));
  const findings = await checkContent(engine, numbered[0], version, rules, context.clock.now());
  return { ...version, findings: worstFirst(findings) };
}

function withCategories({ categories, ...field }: Field, texts: readonly string[]): Field {
  return texts.length === 0 || texts.length > MOST_LISTED ? field : { ...field, categories: texts };
}

function isAbout(rule: QualityRule, fields: readonly Field[]): boolean {
  const names = 'columns' in rule ? rule.columns : 'column' in rule ? [rule.column] : [];
  return names.every((name) => name === undefined || fields.some((field) => field.name === name));
}

/** Parts of versions, as one list. */
export async function partsOfAll(context: Context, versions: readonly DatasetVersion[]): Promise<DataPart[]> {
  const parts: DataPart[] = [];
  for (const version of versions) parts.push(...(await partsOf(context, version)));
  return parts;
}
