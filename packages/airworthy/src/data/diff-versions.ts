import { AirworthyError } from '../kernel/errors.ts';
import type { Field } from '../models/table.ts';
import type { Context } from '../store/ports.ts';
import { compareDistributions } from './diff/compare-distributions.ts';
import { compareByContent, compareByKey, type VersionPair } from './diff/compare-rows.ts';
import type { DatasetDiff, DatasetVersion } from './schema.ts';
import { openStored } from './stored/open-stored.ts';

/** What a column's field says, apart from its values. */
const COMPARED = ['kind', 'nullable', 'description', 'unit', 'minimum', 'maximum', 'closed'] as const;

/**
 * What changed from one version to another: rows, schema and distributions. With a key (columns that identify a row
 * in both), rows that changed are told apart from rows added and removed.
 *
 * @example
 * const diff = await diffVersions(context, older, newer, { key: ['passenger'] });
 */
export async function diffVersions(
  context: Context,
  from: DatasetVersion,
  to: DatasetVersion,
  { key }: { key?: readonly string[] } = {},
): Promise<DatasetDiff> {
  const [before, after] = [from.schema, to.schema];
  const common = before.fields.flatMap((field) => {
    const same = after.fields.find((candidate) => candidate.name === field.name);
    return same ? [{ name: field.name, from: field, to: same }] : [];
  });
  requireKey(key, common);
  await using stored = await openStored(context, [from, to]);
  const pair: VersionPair = {
    engine: stored.engine,
    from: { version: from, numbered: stored.numbered[0] },
    to: { version: to, numbered: stored.numbered[1] },
    common,
  };
  return {
    ...{ from: from.digest, to: to.digest },
    ...(await compareRows(pair, key)),
    ...(key ? { key: [...key] } : {}),
    columnsAdded: without(namesOf(after.fields), namesOf(before.fields)),
    columnsRemoved: without(namesOf(before.fields), namesOf(after.fields)),
    columnsChanged: common.flatMap(({ name, from: was, to: is }) => changedField(name, was, is)),
    featuresAdded: without(after.features, before.features),
    featuresRemoved: without(before.features, after.features),
    distributions: await compareDistributions(pair),
  };
}

async function compareRows(
  pair: VersionPair,
  key: readonly string[] | undefined,
): Promise<Pick<DatasetDiff, 'rows' | 'examples'>> {
  if (key) return compareByKey(pair, key);
  if (pair.common.length > 0) return compareByContent(pair);
  const rows = { added: pair.to.version.rows, removed: pair.from.version.rows, changed: 0, unchanged: 0 };
  return { rows, examples: [] };
}

function requireKey(key: readonly string[] | undefined, common: VersionPair['common']): void {
  const unknown = key?.find((name) => !common.some((column) => column.name === name));
  if (unknown === undefined && key?.length !== 0) return;
  throw new AirworthyError('DATA_COLUMN_NOT_FOUND', {
    message:
      unknown === undefined
        ? 'a key names at least one column'
        : `the key "${unknown}" is not a column of both versions`,
    facts: { columns: common.map((column) => column.name).slice(0, 50) },
  });
}

function namesOf(fields: readonly Field[]): string[] {
  return fields.map((field) => field.name);
}

function without(names: readonly string[], others: readonly string[]): string[] {
  return names.filter((name) => !others.includes(name));
}

function changedField(name: string, from: Field, to: Field): DatasetDiff['columnsChanged'] {
  const members = COMPARED.filter((member) => from[member] !== to[member]);
  if (members.length === 0) return [];
  const pick = (field: Field): Partial<Field> =>
    Object.fromEntries(
      members.filter((member) => field[member] !== undefined).map((member) => [member, field[member]]),
    );
  return [{ name, from: pick(from), to: pick(to) }];
}
