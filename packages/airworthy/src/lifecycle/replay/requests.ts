import type { StreamedRow } from '../../data/index.ts';
import { sha256 } from '../../kernel/ids.ts';
import { createRandom } from '../../stats/random.ts';
import type { AppliedFaults, RequestRecord } from './apply-faults.ts';
import type { PendingLabel } from './label-heap.ts';
import type { Traffic } from './open-traffic.ts';

/** A row as a request, and what becomes known of it. The same row is always the same request. */
export interface ReplayRequest {
  /** The prediction's id: the row's time, then a digest of seed, dataset and row. */
  id: string;
  record: RequestRecord;
  latencyUs: number;
  /** Null where the row never gets a label. */
  label: PendingLabel | null;
}

const MINUTE_MS = 60_000;
/** Microseconds. What a request really took is no part of a rehearsal, which must come out the same each time. */
const TYPICAL_LATENCY = 2_000;
const LATENCY_SPREAD = 0.35;

export function createRequests(
  { version, target, delay, fields }: Traffic,
  faults: AppliedFaults,
  seed: number,
): (row: StreamedRow) => ReplayRequest {
  const times = new Set(
    version.schema.fields.filter((field) => field.kind === 'timestamp').map((field) => field.name),
  );
  const name = `${seed}/${version.digest}`;

  function toRecord({ values, time }: StreamedRow): RequestRecord {
    const record: RequestRecord = {};
    for (const field of fields) record[field] = values[field];
    faults.spoilRecord(record, time);
    for (const field of fields) {
      const value = record[field];
      if (typeof value === 'number' && times.has(field)) record[field] = new Date(value).toISOString();
    }
    return record;
  }

  function toLabel({ values, computed, time, number }: StreamedRow, id: string): PendingLabel | null {
    const [value, minutes] = [values[target], computed[delay]];
    if (value === null || minutes === null) return null;
    // Nobody knows an outcome before it was predicted, whatever an estimate of the delay says.
    const knownAt = Math.round(time + Math.max(0, minutes) * MINUTE_MS);
    return {
      knownAt,
      prediction: id,
      value: faults.spoilLabel(value, time, number) as PendingLabel['value'],
    };
  }

  return (row) => {
    const id = hexTime(row.time) + sha256(`${name}/${row.number}`).slice(0, 20);
    const slow = createRandom(`${seed}/${row.number}`).normal() * LATENCY_SPREAD;
    return {
      id,
      record: toRecord(row),
      latencyUs: Math.round(TYPICAL_LATENCY * Math.exp(slow) + faults.delay(row.time) * 1_000),
      label: toLabel(row, id),
    };
  };
}

/** Twelve hex digits, as the ids that endpoints make begin with, so that rows sent together lie together on disk. */
function hexTime(time: number): string {
  const range = 2 ** 48;
  return (((time % range) + range) % range).toString(16).padStart(12, '0');
}
