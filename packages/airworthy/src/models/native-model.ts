import { AirworthyError } from '../kernel/errors.ts';
import type { Model, NativeEstimator } from './model.ts';

/** A model that this code computes itself. */
export interface NativeModel extends Model {
  estimator: NativeEstimator;
}

/** @throws BAD_ARGUMENT for an ONNX graph. */
export function requireNative(model: Model): NativeModel {
  const { estimator } = model;
  if (estimator.kind !== 'onnx') return model as NativeModel;
  throw new AirworthyError('BAD_ARGUMENT', {
    message: `the model is another program's ONNX graph (${estimator.digest.slice(0, 12)}), which only the ONNX runtime computes`,
  });
}
