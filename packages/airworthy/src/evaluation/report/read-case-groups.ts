import type { Context } from '../../store/ports.ts';
import type { SuiteEvaluation } from './suite-evaluation.ts';

const PAGE = 4_000;
/** Slices of one column that are reported: the largest, and those that a gate is on. */
const MOST_VALUES = 50;

/** A slice: one value of a column, or the cases for which a condition holds. */
export interface CaseSlice {
  /** `lang=de`, or `long` */
  name: string;
  column: string;
  value: string;
  /** Positions, in order. */
  rows: Int32Array;
}

/** How the cases of an evaluation belong together. */
export interface CaseGroups {
  clusters: Int32Array;
  clusterCount: number;
  clustered: boolean;
  /** By column as the suite has them, the largest slices of each first. */
  slices: readonly CaseSlice[];
}

/** Reads clusters and slices of all cases, page by page. */
export async function readCaseGroups(context: Context, evaluation: SuiteEvaluation): Promise<CaseGroups> {
  const { cases, spec } = evaluation;
  const clusters = Int32Array.from({ length: cases }, (_, position) => position);
  const numbers = new Map<string, number>();
  const members = new Map<string, { column: string; value: string; rows: number[] }>();
  for await (const { position, cluster, slices } of readCases(context, evaluation)) {
    if (cluster !== null) clusters[position] = numberOf(numbers, cluster);
    for (const [column, value] of slices) {
      const key = `${column}=${value}`;
      const slice = members.get(key) ?? { column, value, rows: [] };
      slice.rows.push(position);
      members.set(key, slice);
    }
  }
  const judged = new Set(spec.gates.flatMap(({ slices = [] }) => slices));
  const isJudged = ({ column, value }: { column: string; value: string }) =>
    judged.has(column) || judged.has(`${column}=${value}`);
  const ofColumn = (column: string) =>
    [...members.values()]
      .filter((slice) => slice.column === column)
      .sort((a, b) => b.rows.length - a.rows.length || (a.value < b.value ? -1 : 1))
      .filter((slice, place) => place < MOST_VALUES || isJudged(slice));
  return {
    ...{ clusters, clusterCount: spec.clustered ? numbers.size : cases, clustered: spec.clustered },
    slices: spec.slices.flatMap(ofColumn).map(({ column, value, rows }) => ({
      ...{ name: `${column}=${value}`, column, value },
      rows: Int32Array.from(rows),
    })),
  };
}

function numberOf(numbers: Map<string, number>, cluster: string): number {
  const known = numbers.get(cluster);
  if (known !== undefined) return known;
  numbers.set(cluster, numbers.size);
  return numbers.size - 1;
}

async function* readCases({ project, store }: Context, { id, cases, spec }: SuiteEvaluation) {
  // Most suites have neither, and then there is nothing to read.
  if (!spec.clustered && spec.slices.length === 0) return;
  for (let after = -1; after < cases; after += PAGE) {
    const rows = await store.database.sql
      .selectFrom('evaluation_case')
      .select(['position', 'cluster_key', 'slices_json'])
      .where('project', '=', project)
      .where('evaluation', '=', id)
      .where('position', '>', after)
      .where('position', '<=', after + PAGE)
      .orderBy('position')
      .execute();
    for (const { position, cluster_key, slices_json } of rows) {
      yield {
        position: Number(position),
        cluster: cluster_key,
        slices: Object.entries(JSON.parse(slices_json) as Record<string, string>),
      };
    }
  }
}
