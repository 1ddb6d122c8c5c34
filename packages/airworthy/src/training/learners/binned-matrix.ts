import type { FeatureMatrix, MatrixFeature } from '../../models/feature-matrix.ts';
import { createRandom } from '../../stats/random.ts';
import { binEdges } from './bin-edges.ts';
import { GROUP, MISSING_BIN, MOST_CATEGORIES, TALLY_BYTES } from './kernel/layout.ts';
import type { LearnerMemory } from './learner-memory.ts';
import { widthOf } from './operations.ts';
import type { ThreadTeam } from './thread-team.ts';

/** The features as bins of one byte in shared memory: group after group, row-major in each group. */
export interface BinnedMatrix {
  rows: number;
  features: BinnedFeature[];
  /** Address of the bins. */
  bins: number;
  /** Rows that the bins have room for; group g begins at bins + g * GROUP * binRows. */
  binRows: number;
}

export type BinnedFeature =
  /** Bin b holds values above edges[b-1] up to and with edges[b]. */
  | { kind: 'threshold'; bins: number; edges: Float64Array }
  /** Bin b holds the category codes[b]; categories beyond the most frequent 254 are in the missing bin. */
  | { kind: 'categories'; bins: number; codes: Int32Array };

/** Where a feature's bins are: from `address`, every `stride` bytes. */
export function columnOf(matrix: BinnedMatrix, feature: number): { address: number; stride: number } {
  const lane = feature % GROUP;
  const first = feature - lane;
  return {
    address: matrix.bins + first * matrix.binRows + lane,
    stride: widthOf(Math.min(GROUP, matrix.features.length - first)),
  };
}

/** Rows from which quantiles are taken. */
const SAMPLE_ROWS = 200_000;
/** Rows that are brought into shared memory at once. */
const CHUNK_ROWS = 131_072;
const EDGES_BYTES = 256 * 8;

/**
 * Bins each feature by quantiles of at most 200,000 of `learnt`, the rows that are learnt from; all rows get their bins.
 */
export function binMatrix(
  matrix: FeatureMatrix,
  learnt: Uint32Array,
  team: ThreadTeam,
  memory: LearnerMemory,
  seed: number,
): BinnedMatrix {
  const binRows = matrix.rows + (matrix.rows % 2);
  const groups = Math.ceil(matrix.features.length / GROUP);
  const bins = memory.allocate(groups * GROUP * binRows);
  const sample = sampleRows(learnt, seed);
  const features: BinnedFeature[] = [];
  memory.scratch(() => {
    const stage = memory.allocate(Math.max(sample.length * 2, Math.min(CHUNK_ROWS, matrix.rows)) * GROUP * 8);
    const tables = new GroupTables(memory, matrix);
    for (let first = 0; first < matrix.features.length; first += GROUP) {
      const group = matrix.features.slice(first, first + GROUP);
      const binned = describeGroup(group, sample, stage, team, memory, tables);
      features.push(...binned);
      tables.fill(group, binned);
      const place = bins + first * binRows;
      assignGroup(group, matrix.rows, stage, place, team, memory, tables);
    }
  });
  return { rows: matrix.rows, features, bins, binRows };
}

/** All rows, or one at random from each of 200,000 equal stretches. */
function sampleRows(rows: Uint32Array, seed: number): Uint32Array {
  if (rows.length <= SAMPLE_ROWS) return rows;
  const random = createRandom(seed).fork('bins');
  const stretch = rows.length / SAMPLE_ROWS;
  return Uint32Array.from(
    { length: SAMPLE_ROWS },
    (_, index) => rows[Math.floor((index + random.next()) * stretch)],
  );
}

/** Edges (doubles) or the category table (bytes) of each feature of a group, where the kernel reads them. */
class GroupTables {
  readonly edges: number;
  readonly tables: number;
  readonly tableBytes: number;
  readonly tableSizes: number;
  readonly tallies: number;
  readonly kept: number;
  readonly #memory: LearnerMemory;

  constructor(memory: LearnerMemory, matrix: FeatureMatrix) {
    this.#memory = memory;
    this.tableBytes = Math.max(1, ...matrix.features.map((feature) => feature.categories ?? 0));
    this.edges = memory.allocate(GROUP * EDGES_BYTES);
    this.tables = memory.allocate(GROUP * this.tableBytes);
    this.tableSizes = memory.allocate(GROUP * 4);
    this.tallies = memory.allocate(GROUP * TALLY_BYTES);
    this.kept = memory.allocate(GROUP * 4);
  }

  fill(group: readonly MatrixFeature[], binned: readonly BinnedFeature[]): void {
    const sizes = this.#memory.words(this.tableSizes, GROUP);
    for (const [column, feature] of binned.entries()) {
      sizes[column] = group[column].categories ?? 0;
      if (feature.kind === 'categories') {
        const table = this.#memory.bytes(this.tables + column * this.tableBytes, this.tableBytes);
        table.fill(MISSING_BIN);
        feature.codes.forEach((code, bin) => {
          table[code] = bin;
        });
      } else {
        const edges = this.#memory.doubles(this.edges + column * EDGES_BYTES, 256);
        edges.fill(Number.POSITIVE_INFINITY);
        edges.set(feature.edges);
      }
    }
  }
}

function describeGroup(
  group: readonly MatrixFeature[],
  sample: Uint32Array,
  stage: number,
  team: ThreadTeam,
  memory: LearnerMemory,
  tables: GroupTables,
): BinnedFeature[] {
  const count = sample.length;
  const column = (index: number) => memory.doubles(stage + index * count * 8, count);
  group.forEach((feature, index) => {
    if (feature.categories === null) gather(feature.values, sample, column(index));
  });
  const scratch = stage + GROUP * count * 8;
  team.run('sortColumns', group.length, stage, count, scratch, tables.tallies, tables.kept);
  const kept = memory.words(tables.kept, GROUP);
  return group.map((feature, index) => {
    if (feature.categories !== null) return describeCategories(feature.values, feature.categories, sample);
    const edges = binEdges(column(index).subarray(0, kept[index]));
    return { kind: 'threshold', bins: edges.length + 1, edges };
  });
}

function gather(values: Float64Array, rows: Uint32Array, into: Float64Array): void {
  if (rows.length === values.length) {
    // Every row, in order: rows never repeat.
    into.set(values);
    return;
  }
  for (let index = 0; index < rows.length; index++) into[index] = values[rows[index]];
}

/** The most frequent categories, at most 254, in the order of their codes. */
function describeCategories(values: Float64Array, categories: number, sample: Uint32Array): BinnedFeature {
  const counts = new Uint32Array(categories);
  for (const row of sample) {
    // A code outside the range, or NaN, is no index and counts nowhere.
    if (values[row] < categories) counts[values[row]]++;
  }
  const codes = Int32Array.from(counts.keys());
  if (categories > MOST_CATEGORIES) codes.sort((a, b) => counts[b] - counts[a] || a - b);
  const known = codes.slice(0, MOST_CATEGORIES).sort();
  return { kind: 'categories', bins: known.length, codes: known };
}

function assignGroup(
  group: readonly MatrixFeature[],
  rows: number,
  stage: number,
  bins: number,
  team: ThreadTeam,
  memory: LearnerMemory,
  tables: GroupTables,
): void {
  const stride = widthOf(group.length);
  const capacity = Math.min(CHUNK_ROWS, rows);
  for (let from = 0; from < rows; from += capacity) {
    const count = Math.min(capacity, rows - from);
    group.forEach((feature, index) => {
      memory.doubles(stage + index * capacity * 8, count).set(feature.values.subarray(from, from + count));
    });
    const place = bins + from * stride;
    team.run(
      'assignColumns',
      group.length,
      stage,
      count,
      capacity,
      tables.edges,
      tables.tables,
      tables.tableSizes,
      tables.tableBytes,
      place,
      stride,
    );
  }
}
