import { AirworthyError } from '../kernel/errors.ts';
import type { Field, Task } from '../models/table.ts';
import { namesClasses } from './names-classes.ts';
import type { ColumnProfile, DatasetVersion } from './schema.ts';

/**
 * What a model of this target predicts. Two values: binary; texts, or few whole numbers: one of several classes;
 * other numbers: regression. The positive class is the configured one, else true, 1, or the second in order.
 */
export function inferTask(version: DatasetVersion): Task {
  const { target, positive } = version.schema;
  if (!target) {
    throw new AirworthyError('TARGET_MISSING', {
      message: `dataset "${version.dataset}" has no target`,
      at: 'data.target',
    });
  }
  const profile = version.profile.columns.find((column) => column.name === target.name);
  if (!profile) throw new Error(`no profile of column ${target.name}`);
  requireTwoValues(version, target, profile);
  const distinct = profile.distinct.count;
  if (target.kind === 'timestamp') {
    throw new AirworthyError('DATA_COLUMN_KIND', {
      message: `the target "${target.name}" is a timestamp; a model predicts a class or a number`,
      at: 'data.target',
    });
  }
  if (!namesClasses(target.kind, distinct))
    return { kind: 'regression', target: target.name, ...(target.unit ? { unit: target.unit } : {}) };
  const classes = classesOf(target, profile);
  if (distinct > 2) return { kind: 'multiclass', target: target.name, classes };
  const chosen = positive ?? classes[1];
  if (!classes.includes(chosen)) {
    throw new AirworthyError('TARGET_MISSING', {
      message: `the positive class "${chosen}" does not occur in the target "${target.name}" (it has ${classes.map((name) => `"${name}"`).join(' and ')})`,
      at: 'data.target.positive',
    });
  }
  return {
    kind: 'binary',
    target: target.name,
    classes: [classes.find((name) => name !== chosen) ?? '', chosen],
  };
}

function requireTwoValues(version: DatasetVersion, target: Field, profile: ColumnProfile): void {
  if (profile.distinct.count >= 2) return;
  const [only] = profile.top;
  const always =
    only === undefined ? 'has no value at all' : `is ${JSON.stringify(only.value)} wherever it is known`;
  throw new AirworthyError('TARGET_ONE_CLASS', {
    message: `the target "${target.name}" of dataset "${version.dataset}" ${always} (${version.rows} rows)`,
    at: 'data.target',
    facts: { target: target.name, rows: version.rows },
  });
}

/** Class names in order: numbers by size, texts by their bytes, false before true. */
function classesOf(target: Field, profile: ColumnProfile): string[] {
  if (target.kind === 'boolean') return ['false', 'true'];
  if (target.kind === 'category') return [...(target.categories ?? [])];
  return profile.top
    .map((entry) => Number(entry.value))
    .sort((a, b) => a - b)
    .map(String);
}
