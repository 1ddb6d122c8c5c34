import type { DatasetVersion, StreamedValue } from '../../data/index.ts';
import { AirworthyError } from '../../kernel/errors.ts';
import { nearestName } from '../../kernel/nearest-name.ts';
import type { Field, Task } from '../../models/table.ts';
import { createRandom } from '../../stats/random.ts';
import type { Fault } from './fault.ts';

export type RequestRecord = Record<string, StreamedValue>;

/** What the faults of a rehearsal do to requests and labels at their times. */
export interface AppliedFaults {
  /** Changes the record in place. */
  spoilRecord(record: RequestRecord, time: number): void;
  /** The label as it arrives. `row` decides whether it is one of the share that is flipped. */
  spoilLabel(value: StreamedValue, time: number, row: number): StreamedValue;
  /** Milliseconds that requests take longer. */
  delay(time: number): number;
}

export interface FaultSubject {
  fields: readonly Field[];
  task: Task;
  version: DatasetVersion;
  seed: number;
}

/** Checks faults against the model they befall. Throws BAD_ARGUMENT naming the fault. */
export function applyFaults(faults: readonly Fault[], subject: FaultSubject): AppliedFaults {
  const spoilers = faults.map((fault) => ({ fault, spoil: recordSpoiler(fault, subject) }));
  const flips = faults.filter((fault) => fault.kind === 'label-flip');
  const delays = faults.filter((fault) => fault.kind === 'latency');
  const flip = flips.length > 0 ? labelFlip(flips[0], subject.task) : undefined;
  const isIn = (fault: Fault, time: number): boolean => time >= fault.from && time < fault.to;
  return {
    spoilRecord(record, time) {
      for (const { fault, spoil } of spoilers) if (isIn(fault, time)) spoil?.(record);
    },
    spoilLabel(value, time, row) {
      if (flip === undefined) return value;
      const hit = flips.some(
        (fault) =>
          isIn(fault, time) &&
          (fault.share === 1 || createRandom(`${subject.seed}/${fault.text}/${row}`).next() < fault.share),
      );
      return hit ? flip(value) : value;
    },
    delay: (time) => delays.reduce((sum, fault) => sum + (isIn(fault, time) ? fault.milliseconds : 0), 0),
  };
}

function recordSpoiler(
  fault: Fault,
  { fields, version }: FaultSubject,
): ((record: RequestRecord) => void) | undefined {
  if (fault.kind === 'label-flip' || fault.kind === 'latency') return undefined;
  const { column } = fault;
  const field = findField(fault, column, fields);
  if (fault.kind === 'missing') {
    return (record) => {
      record[column] = null;
    };
  }
  if (fault.kind === 'category') {
    if (field.kind !== 'category') throw unfit(fault, `"${column}" is of kind ${field.kind}, not a category`);
    return (record) => {
      if (record[column] === fault.old) record[column] = fault.new;
    };
  }
  if (field.kind !== 'number' && field.kind !== 'integer') {
    throw unfit(fault, `"${column}" is of kind ${field.kind}, not a number`);
  }
  const change =
    fault.kind === 'unit-change'
      ? (value: number) => value * fault.factor
      : (value: number) => value + fault.deviations * deviationOf(fault, column, version);
  // A field of whole numbers takes no others.
  const fit = field.kind === 'integer' ? Math.round : (value: number) => value;
  return (record) => {
    const value = record[column];
    if (typeof value === 'number') record[column] = fit(change(value));
  };
}

function findField(fault: Fault, name: string, fields: readonly Field[]): Field {
  const field = fields.find((candidate) => candidate.name === name);
  if (field) return field;
  const nearest = nearestName(
    name,
    fields.map((candidate) => candidate.name),
  );
  throw unfit(fault, `the model has no field "${name}"${nearest ? `; did you mean "${nearest}"?` : ''}`);
}

function deviationOf(fault: Fault, name: string, version: DatasetVersion): number {
  const sd = version.profile.columns.find((column) => column.name === name)?.sd;
  if (sd !== undefined && sd > 0) return sd;
  throw unfit(fault, `"${name}" does not vary in the data`);
}

/** The other class; of several the next one. */
function labelFlip(fault: Fault, task: Task): (value: StreamedValue) => StreamedValue {
  if (task.kind === 'regression') throw unfit(fault, 'only labels that are classes can be flipped');
  const classes = new Map(task.classes.map((name, index) => [name, index]));
  return (value) => {
    const index = classes.get(String(value));
    if (index === undefined) return value;
    const other = task.classes[(index + 1) % task.classes.length];
    if (typeof value === 'boolean') return other === 'true';
    return typeof value === 'number' ? Number(other) : other;
  };
}

function unfit(fault: Fault, why: string): AirworthyError {
  return new AirworthyError('BAD_ARGUMENT', {
    message: `the fault "${fault.text}" does not fit: ${why}`,
    facts: { fault: fault.text },
  });
}
