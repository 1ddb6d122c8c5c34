import type { Context } from '../../store/ports.ts';
import type { ModelVersion } from '../schema.ts';
import { requireVersion } from './version-rows.ts';

/** One version of a model by its number. Throws MODEL_NOT_FOUND or MODEL_VERSION_NOT_FOUND. */
export function getModelVersion(context: Context, model: string, number: number): Promise<ModelVersion> {
  return requireVersion(context.store.database.sql, context.project, model, number);
}
