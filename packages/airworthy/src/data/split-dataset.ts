import { AirworthyError } from '../kernel/errors.ts';
import { contentKey } from '../kernel/ids.ts';
import type { Column } from '../models/table.ts';
import { createRandom, type Random } from '../stats/random.ts';
import type { Context } from '../store/ports.ts';
import { listSplits } from './list-splits.ts';
import { readTable } from './read-table.ts';
import { type DatasetVersion, SPLIT_CODES, type Split, SplitSpec } from './schema.ts';
import { keptWholeBy, splitColumn } from './split-column.ts';

const { train: TRAIN, test: TEST, excluded: EXCLUDED } = SPLIT_CODES;

/**
 * Gives every row a role, train or test, and stores that. The same version and spec give the same split on every
 * machine. Rows without a target value have no role.
 *
 * @example
 * const split = await splitDataset(context, version, { by: 'time', column: 'date', test: 0.2 });
 */
export async function splitDataset(
  context: Context,
  version: DatasetVersion,
  spec: SplitSpec,
): Promise<Split> {
  const asked = SplitSpec.parse(spec);
  const known = await findSplit(context, version.digest, asked);
  if (known) return known;
  const { roles, groups } = await assignRoles(context, version, asked);
  const counts = countRoles(roles);
  requireBothSides(counts, asked);
  const blob = await context.store.blobs.put(roles);
  const split: Split = {
    digest: contentKey({ version: version.digest, spec: asked, roles: blob }),
    version: version.digest,
    spec: asked,
    roles: { train: counts.train, test: counts.test },
    ...(groups ? { groups } : {}),
    excluded: counts.excluded,
    blob,
  };
  await saveSplit(context, split);
  return split;
}

async function findSplit(context: Context, version: string, spec: SplitSpec): Promise<Split | undefined> {
  const key = contentKey(spec);
  return (await listSplits(context, version)).find((split) => contentKey(split.spec) === key);
}

async function saveSplit(context: Context, split: Split): Promise<void> {
  await context.store.database.write((sql) =>
    sql
      .insertInto('split')
      .values({
        project: context.project,
        digest: split.digest,
        dataset_version: split.version,
        spec_json: JSON.stringify(split.spec),
        counts_json: JSON.stringify({ ...split.roles, groups: split.groups, excluded: split.excluded }),
        blob: split.blob,
        created_at: context.clock.now(),
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute(),
  );
}

interface AssignedRoles {
  roles: Uint8Array;
  groups?: Split['groups'];
}

async function assignRoles(
  context: Context,
  version: DatasetVersion,
  spec: SplitSpec,
): Promise<AssignedRoles> {
  const target = version.schema.target?.name;
  const by = splitColumn(spec);
  if (spec.by === 'stratified' && target === undefined)
    throw new AirworthyError('TARGET_MISSING', {
      message: 'a stratified split needs a target',
      at: 'data.split',
    });
  requireNamedColumn(version, spec);
  const names = [...new Set([target, by].filter((name) => name !== undefined))];
  const { columns } = await readTable(context, version, { columns: names });
  const roles = new Uint8Array(version.rows);
  if (target !== undefined) excludeMissing(roles, columns[target]);
  const rows = includedRows(roles);
  if (spec.by === 'time') splitByTime(roles, rows, columns[spec.column], spec);
  else if (spec.by === 'moment') splitAtMoment(roles, rows, columns[spec.column], spec);
  else {
    const random = createRandom(`split/${spec.seed}`);
    if (spec.by === 'random') splitAtRandom(roles, rows, spec.test, random);
    else if (spec.by === 'stratified')
      splitWithinClasses(roles, rows, columns[target ?? ''], spec.test, random);
    else return { roles, groups: splitByGroup(roles, rows, columns[by ?? ''], spec.test, random) };
  }
  return { roles };
}

/** `by: 'author'` names its column by itself: that the data lacks it is told in these words. */
function requireNamedColumn({ dataset, schema }: DatasetVersion, spec: SplitSpec): void {
  const name = keptWholeBy(spec);
  if (spec.by === 'group' || name === undefined || schema.fields.some((field) => field.name === name)) return;
  throw new AirworthyError('DATA_COLUMN_NOT_FOUND', {
    message: `a split by ${name} needs a column "${name}", which dataset "${dataset}" does not have`,
    remedy: `Add the column, or name another: \`split: { by: 'group', column: '…' }\`.`,
    at: 'data.split',
  });
}

function excludeMissing(roles: Uint8Array, target: Column): void {
  const values = valuesOf(target);
  for (let row = 0; row < roles.length; row++) if (isMissing(target, values[row])) roles[row] = EXCLUDED;
}

function includedRows(roles: Uint8Array): Int32Array {
  const rows = new Int32Array(roles.length);
  let count = 0;
  for (let row = 0; row < roles.length; row++) if (roles[row] !== EXCLUDED) rows[count++] = row;
  return rows.subarray(0, count);
}

function valuesOf(column: Column): Float64Array | Int32Array {
  return column.kind === 'category' ? column.codes : column.values;
}

function isMissing(column: Column, value: number): boolean {
  return column.kind === 'category' ? value === -1 : Number.isNaN(value);
}

function splitAtRandom(roles: Uint8Array, rows: Int32Array, test: number, random: Random): void {
  const order = rows.slice();
  random.shuffle(order);
  for (const row of order.subarray(0, testRows(rows.length, test))) roles[row] = TEST;
}

/** At least one row on each side, where there are two. */
function testRows(rows: number, test: number): number {
  return Math.min(Math.max(Math.round(rows * test), 1), rows - 1);
}

function splitWithinClasses(
  roles: Uint8Array,
  rows: Int32Array,
  target: Column,
  test: number,
  random: Random,
): void {
  const values = valuesOf(target);
  const classes = Map.groupBy(rows, (row) => values[row]);
  if (classes.size > rows.length / 2) {
    throw new AirworthyError('SPLIT_IMPOSSIBLE', {
      message: `a stratified split needs classes, but the target has ${classes.size} different values in ${rows.length} rows`,
      remedy: "Use `split: { by: 'random' }` for a target that is a number.",
      at: 'data.split',
    });
  }
  for (const value of [...classes.keys()].sort((a, b) => a - b)) {
    const members = Int32Array.from(classes.get(value) ?? []);
    // A class of one row stays in training.
    if (members.length > 1) splitAtRandom(roles, members, test, random);
  }
}

/** Rows from the cut on are the test. Rows of one moment stay together, so the share can differ from what was asked. */
function splitByTime(
  roles: Uint8Array,
  rows: Int32Array,
  column: Column,
  spec: { column: string; test: number },
): void {
  if (column.kind === 'category') {
    throw new AirworthyError('DATA_COLUMN_KIND', {
      message: `a split by time needs a timestamp or a number, but column "${spec.column}" is text`,
      at: 'data.split.column',
    });
  }
  requireNoMissing(rows, column, spec.column);
  const { values } = column;
  const sorted = Float64Array.from(rows, (row) => values[row]).sort();
  const wanted = sorted[sorted.length - testRows(sorted.length, spec.test)];
  // A cut at the very first moment would leave nothing to train on: take the next one.
  const cut =
    wanted > sorted[0] ? wanted : (sorted.find((value) => value > wanted) ?? Number.POSITIVE_INFINITY);
  for (const row of rows) if (values[row] >= cut) roles[row] = TEST;
}

function splitAtMoment(
  roles: Uint8Array,
  rows: Int32Array,
  column: Column,
  { column: name, from }: { column: string; from: string },
): void {
  if (column.kind !== 'timestamp') {
    throw new AirworthyError('DATA_COLUMN_KIND', {
      message: `a split at a moment needs a timestamp, but column "${name}" is none`,
      at: 'data.split.column',
    });
  }
  const cut = Date.parse(from);
  for (const row of rows) if (column.values[row] >= cut) roles[row] = TEST;
}

function requireNoMissing(rows: Int32Array, column: Column, name: string): void {
  const values = valuesOf(column);
  const missing = rows.reduce((count, row) => count + (isMissing(column, values[row]) ? 1 : 0), 0);
  if (missing === 0) return;
  throw new AirworthyError('SPLIT_IMPOSSIBLE', {
    message: `column "${name}", by which the rows are split, is missing in ${missing} of ${rows.length} rows`,
    remedy: `Exclude them with a filter: \`{ keep: '"${name}" IS NOT NULL', because: '…' }\`.`,
    at: 'data.split.column',
  });
}

/** Whole groups in random order go to the test until it is full. How many are on each side. */
function splitByGroup(
  roles: Uint8Array,
  rows: Int32Array,
  column: Column,
  test: number,
  random: Random,
): NonNullable<Split['groups']> {
  const values = valuesOf(column);
  // Rows without a group are groups of their own kind: together, on one side.
  const groups = Map.groupBy(rows, (row) => (isMissing(column, values[row]) ? -1 : values[row]));
  const keys = [...groups.keys()].sort((a, b) => a - b);
  const order = Int32Array.from(keys.keys());
  random.shuffle(order);
  const wanted = testRows(rows.length, test);
  let taken = 0;
  let held = 0;
  for (const index of order) {
    const members = groups.get(keys[index]) ?? [];
    const closer = Math.abs(taken + members.length - wanted) < Math.abs(taken - wanted);
    if (!closer || taken + members.length === rows.length) continue;
    for (const row of members) roles[row] = TEST;
    taken += members.length;
    held++;
  }
  return { train: keys.length - held, test: held };
}

function countRoles(roles: Uint8Array): { train: number; test: number; excluded: number } {
  const counts = { train: 0, test: 0, excluded: 0 };
  for (const role of roles) {
    if (role === TRAIN) counts.train++;
    else if (role === TEST) counts.test++;
    else counts.excluded++;
  }
  return counts;
}

function requireBothSides({ train, test }: { train: number; test: number }, spec: SplitSpec): void {
  if (train > 0 && test > 0) return;
  const column = splitColumn(spec);
  const by = column === undefined ? '' : ` by "${column}"`;
  throw new AirworthyError('SPLIT_IMPOSSIBLE', {
    message: `a ${spec.by} split${by} leaves ${train} rows for training and ${test} for the test`,
    at: 'data.split',
  });
}
