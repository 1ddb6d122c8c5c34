import { nearestName } from '../../kernel/nearest-name.ts';
import type { Tensor } from '../runtimes/runtime.ts';
import { tensorProblem } from './tensor-problem.ts';

/**
 * A request's tensors by name, which must be among the model's inputs.
 *
 * @throws TENSOR_INVALID for none at all, one that is there twice, or one that the model does not take
 */
export function tensorsByName(
  names: readonly string[],
  tensors: readonly Tensor[],
): ReadonlyMap<string, Tensor> {
  if (tensors.length === 0) throw tensorProblem('the request has no inputs');
  const byName = new Map<string, Tensor>();
  for (const tensor of tensors) {
    if (byName.has(tensor.name)) throw tensorProblem(`input "${tensor.name}" is there twice`);
    if (!names.includes(tensor.name)) throw unknownInput(tensor.name, names);
    byName.set(tensor.name, tensor);
  }
  return byName;
}

function unknownInput(name: string, names: readonly string[]) {
  const asked = name.slice(0, 100);
  const nearest = nearestName(asked, names);
  return tensorProblem(
    `the model has no input "${asked}"${nearest === undefined ? '' : `; did you mean "${nearest}"?`}`,
  );
}
