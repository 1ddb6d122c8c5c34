import { AirworthyError } from '../kernel/errors.ts';
import type { Column, Table, Task } from '../models/table.ts';

/**
 * The target as numbers, in shared memory: 0 or 1 for binary (1 is the second class), the class's index for
 * multiclass, the value for regression. NaN where it is missing or none of the task's classes.
 *
 * @example
 * encodeTarget(table, { kind: 'binary', target: 'late', classes: ['false', 'true'] }); // Float64Array [0, 1, 0, …]
 */
export function encodeTarget(table: Table, task: Task): Float64Array {
  const column = table.columns[task.target];
  if (!column || column.kind === 'timestamp') {
    throw new AirworthyError('BAD_ARGUMENT', {
      message: `the target "${task.target}" ${column ? 'is a timestamp, which is no target' : 'is no column of the table'}`,
      at: task.target,
    });
  }
  const values = new Float64Array(new SharedArrayBuffer(table.rows * Float64Array.BYTES_PER_ELEMENT));
  if (task.kind === 'regression') return encodeNumbers(column, task.target, values);
  return encodeClasses(column, task.classes, values);
}

function encodeNumbers(column: Column, target: string, values: Float64Array): Float64Array {
  if (column.kind === 'category') {
    throw new AirworthyError('BAD_ARGUMENT', {
      message: `the target "${target}" holds categories, which regression cannot predict`,
      at: target,
    });
  }
  values.set(column.values);
  return values;
}

function encodeClasses(column: Column, classes: readonly string[], values: Float64Array): Float64Array {
  const indexOf = new Map(classes.map((label, index) => [label, index]));
  if (column.kind === 'category') {
    const encoded = column.categories.map((label) => indexOf.get(label) ?? Number.NaN);
    for (let row = 0; row < values.length; row++) values[row] = encoded[column.codes[row]] ?? Number.NaN;
    return values;
  }
  // Booleans are 0 and 1 in a table; their labels are 'false' and 'true'.
  const isBoolean = classes.every((label) => label === 'false' || label === 'true');
  const byNumber = new Map(
    classes.map((label, index) => [isBoolean ? Number(label === 'true') : Number(label), index]),
  );
  for (let row = 0; row < values.length; row++) {
    values[row] = byNumber.get(column.values[row]) ?? Number.NaN;
  }
  return values;
}
