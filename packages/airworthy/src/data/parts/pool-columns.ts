import type { Field } from '../../models/table.ts';
import type { ColumnScan } from '../stored/scan-content.ts';
import type { DataPart, PartColumn } from './data-part.ts';

/**
 * What one pass over all parts' rows would tell of their columns, pooled from what is known of each: the same bits on
 * every machine. Variances by Chan, Golub and LeVeque, "Updating formulae and a pairwise algorithm for computing sample
 * variances" (1979).
 */
export function poolColumns(fields: readonly Field[], parts: readonly DataPart[]): ColumnScan[] {
  return fields.map((field) => {
    const pooled = parts.map((part) => momentsOf(part, field.name)).reduce(pool, NONE);
    const { missing, count, minimum, maximum, mean, squares } = pooled;
    const from = (least: number, value: number) => (count >= least ? value : Number.NaN);
    return {
      ...{ name: field.name, digest: '', missing },
      ...{ minimum: from(1, minimum), maximum: from(1, maximum), mean: from(1, mean) },
      sd: from(2, Math.sqrt(squares / (count - 1))),
    };
  });
}

interface Moments {
  missing: number;
  count: number;
  minimum: number;
  maximum: number;
  mean: number;
  squares: number;
}

const NONE: Moments = {
  ...{ missing: 0, count: 0, minimum: Number.POSITIVE_INFINITY, maximum: Number.NEGATIVE_INFINITY },
  ...{ mean: 0, squares: 0 },
};

/** A part without the column has no value in any row. */
function momentsOf(part: DataPart, name: string): Moments {
  const column: PartColumn | undefined = part.columns.find((candidate) => candidate.name === name);
  const missing = column?.missing ?? part.rows;
  const { minimum, maximum, mean, sd = 0 } = column ?? {};
  if (minimum === undefined || maximum === undefined || mean === undefined) return { ...NONE, missing };
  const count = part.rows - missing;
  return { missing, count, minimum, maximum, mean, squares: sd * sd * (count - 1) };
}

function pool(a: Moments, b: Moments): Moments {
  const count = a.count + b.count;
  const distance = b.mean - a.mean;
  return {
    ...{ missing: a.missing + b.missing, count },
    ...{ minimum: Math.min(a.minimum, b.minimum), maximum: Math.max(a.maximum, b.maximum) },
    mean: count === 0 ? 0 : a.mean + (distance * b.count) / count,
    squares: a.squares + b.squares + (count === 0 ? 0 : (distance * distance * a.count * b.count) / count),
  };
}
