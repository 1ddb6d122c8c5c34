import { z } from 'zod';
import { canonicalJson } from '../kernel/canonical-json.ts';
import { AirworthyError } from '../kernel/errors.ts';
import { findFaults } from './find-faults.ts';
import type { Model } from './model.ts';
import { modelSchema } from './model-schema.ts';

/**
 * A model as canonical JSON: equal models have equal bytes, and every double comes back exactly.
 *
 * @throws MODEL_INVALID where a number is NaN or infinite, which JSON cannot carry.
 * @example
 * parseModel(serialiseModel(model)); // deeply equal to model
 */
export function serialiseModel(model: Model): string {
  try {
    return canonicalJson(model);
  } catch (cause) {
    throw new AirworthyError('MODEL_INVALID', {
      message: 'the model has a number that is not finite',
      cause,
    });
  }
}

/**
 * Reads what `serialiseModel` wrote, and checks that it can be computed: every name refers to something, lengths
 * fit, trees are trees.
 *
 * @throws MODEL_INVALID naming the first fault, and where it is.
 */
export function parseModel(text: string): Model {
  const parsed = modelSchema.safeParse(parseJson(text));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const at = z.core.toDotPath(issue.path);
    throw invalid(`${at || 'the file'}: ${issue.message}`, at);
  }
  const [fault] = findFaults(parsed.data);
  if (fault !== undefined) throw invalid(fault);
  return parsed.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (thrown) {
    throw invalid(`it is no JSON: ${(thrown as Error).message}`);
  }
}

function invalid(fault: string, at?: string): AirworthyError {
  return new AirworthyError('MODEL_INVALID', {
    message: `the model cannot be read: ${fault}`,
    ...(at ? { at } : {}),
  });
}
