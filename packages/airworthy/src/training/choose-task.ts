import { type DatasetVersion, inferTask } from '../data/index.ts';
import { AirworthyError } from '../kernel/errors.ts';
import type { Task } from '../models/table.ts';

/**
 * The task inferred from the target, or the kind that `training.task` asks for.
 *
 * @throws CONFIG_INVALID where the target cannot be read as that kind.
 */
export function chooseTask(version: DatasetVersion, kind: Task['kind'] | undefined): Task {
  const inferred = inferTask(version);
  if (kind === undefined || kind === inferred.kind) return inferred;
  const target = version.schema.target;
  if (kind === 'regression' && (target?.kind === 'number' || target?.kind === 'integer')) {
    return { kind, target: target.name, ...(target.unit === undefined ? {} : { unit: target.unit }) };
  }
  if (kind === 'multiclass' && inferred.kind === 'binary') {
    return { kind, target: inferred.target, classes: inferred.classes };
  }
  throw new AirworthyError('CONFIG_INVALID', {
    message: `training.task: the target "${inferred.target}" is of kind ${inferred.kind} and cannot be read as ${kind}`,
    at: 'training.task',
  });
}
