import type { Kysely } from 'kysely';
import type { ArmTotals } from '../../stats/sequential/lift.ts';
import { insertInChunks } from '../../store/sql/insert-in-chunks.ts';
import type { Schema } from '../../store/sql/schema.ts';
import type {
  RolloutIncidentTable,
  RolloutLatencyTable,
  RolloutSampleTable,
} from '../../store/sql/serving-tables.ts';
import { latencyBucket } from './latency-buckets.ts';
import { emptySums, type IncidentKind, type ShardSums } from './samples.ts';

/** What is to be added to the sums of one shard of an arm in a phase. */
export interface Cell {
  rollout: string;
  phase: number;
  arm: string;
  shard: number;
  sums: ShardSums;
  /** Shadow requests for which there was no room. */
  dropped: number;
}

/** What is to be added to the samples of rollouts, in one go. */
export interface Increments {
  isEmpty(): boolean;
  /** Where to add to; made where there is none yet. */
  cellOf(key: Pick<Cell, 'rollout' | 'phase' | 'arm' | 'shard'>): Cell;
  addIncident(cell: Cell, kind: IncidentKind, unit: string): void;
  addLatency(cell: Cell, us: number): void;
  /** Inside a write under way. Adding is all that is done to what is on disk, so that any number of processes may count at once. */
  write(sql: Kysely<Schema>, project: string): Promise<void>;
}

export function createIncrements(): Increments {
  const cells = new Map<string, Cell>();
  const latencies = new Map<string, Omit<RolloutLatencyTable, 'project'>>();
  const incidents = new Map<string, Omit<RolloutIncidentTable, 'project'>>();
  return {
    isEmpty: () => cells.size === 0,
    cellOf({ rollout, phase, arm, shard }) {
      const key = `${rollout} ${phase} ${arm} ${shard}`;
      const cell = cells.get(key) ?? { rollout, phase, arm, shard, sums: emptySums(), dropped: 0 };
      cells.set(key, cell);
      return cell;
    },
    addIncident({ rollout, phase, arm, sums }, kind, unit) {
      sums[kind] += 1;
      incidents.set(`${rollout} ${phase} ${kind} ${arm} ${unit}`, { rollout, phase, kind, arm, unit });
    },
    addLatency({ rollout, arm }, us) {
      const bucket = latencyBucket(us);
      const key = `${rollout} ${arm} ${bucket}`;
      const { requests } = latencies.get(key) ?? { requests: 0 };
      latencies.set(key, { rollout, arm, bucket, requests: requests + 1 });
    },
    async write(sql, project) {
      const ofProject = <Row extends object>(rows: Iterable<Row>) =>
        [...rows].map((row) => ({ project, ...row }));
      await addSamples(
        sql,
        [...cells.values()].map((cell) => toRow(project, cell)),
      );
      await addLatencies(sql, ofProject(latencies.values()));
      await addIncidents(sql, ofProject(incidents.values()));
    },
  };
}

function toRow(project: string, { sums, rollout, phase, arm, shard, dropped }: Cell): RolloutSampleTable {
  const { requests, failed: failures, refused, invalid, slow, disagreed } = sums;
  return {
    ...{
      project,
      rollout,
      phase,
      arm,
      shard,
      requests,
      failures,
      refused,
      invalid,
      slow,
      disagreed,
      dropped,
    },
    ...columnsOf('latency', sums.latency),
    ...columnsOf('score', sums.score),
    ...columnsOf('cost', sums.cost),
  };
}

function columnsOf<Name extends string>(name: Name, { n, sum, squares }: ArmTotals) {
  return { [`${name}_n`]: n, [`${name}_sum`]: sum, [`${name}_squares`]: squares } as Record<
    `${Name}_n` | `${Name}_sum` | `${Name}_squares`,
    number
  >;
}

const ADDED = [
  ...(['requests', 'failures', 'refused', 'invalid', 'slow', 'disagreed', 'dropped'] as const),
  ...(['latency_n', 'latency_sum', 'latency_squares', 'score_n', 'score_sum', 'score_squares'] as const),
  ...(['cost_n', 'cost_sum', 'cost_squares'] as const),
] as const;

async function addSamples(sql: Kysely<Schema>, rows: readonly RolloutSampleTable[]): Promise<void> {
  await insertInChunks(sql, rows, (chunk) =>
    sql
      .insertInto('rollout_sample')
      .values(chunk)
      .onConflict((conflict) =>
        conflict
          .columns(['project', 'rollout', 'phase', 'arm', 'shard'])
          .doUpdateSet((eb) =>
            Object.fromEntries(
              ADDED.map((column) => [
                column,
                eb(`rollout_sample.${column}`, '+', eb.ref(`excluded.${column}`)),
              ]),
            ),
          ),
      ),
  );
}

async function addLatencies(sql: Kysely<Schema>, rows: readonly RolloutLatencyTable[]): Promise<void> {
  await insertInChunks(sql, rows, (chunk) =>
    sql
      .insertInto('rollout_latency')
      .values(chunk)
      .onConflict((conflict) =>
        conflict.columns(['project', 'rollout', 'arm', 'bucket']).doUpdateSet((eb) => ({
          requests: eb('rollout_latency.requests', '+', eb.ref('excluded.requests')),
        })),
      ),
  );
}

async function addIncidents(sql: Kysely<Schema>, rows: readonly RolloutIncidentTable[]): Promise<void> {
  await insertInChunks(sql, rows, (chunk) =>
    sql
      .insertInto('rollout_incident')
      .values(chunk)
      .onConflict((conflict) => conflict.doNothing()),
  );
}
