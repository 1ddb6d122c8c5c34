import { type FlatTrees, flattenTrees } from '../../models/evaluate-trees.ts';
import type { Model } from '../../models/model.ts';

/** A model whose trees are flat, and only so. */
export interface ReadModel {
  model: Model;
  flat?: FlatTrees;
}

/** A model from the bytes of its JSON, which a bundle's digest vouches for. */
export function readModel(json: Uint8Array): ReadModel {
  const model: Model = JSON.parse(Buffer.from(json).toString('utf8'));
  const { estimator } = model;
  if (estimator.kind !== 'trees') return { model };
  return { model: { ...model, estimator: { ...estimator, trees: [] } }, flat: flattenTrees(estimator) };
}

/** The same for another thread, with arrays that need no copying. */
export function readShared(json: Uint8Array): ReadModel {
  const { model, flat } = readModel(json);
  return flat === undefined ? { model } : { model, flat: shareArrays(flat, new Map()) as FlatTrees };
}

/** Views of one buffer remain views of one. */
function shareArrays(value: unknown, shared: Map<ArrayBufferLike, SharedArrayBuffer>): unknown {
  if (!ArrayBuffer.isView(value)) {
    const entries = Object.entries(value as object).map(([name, part]) => [name, shareArrays(part, shared)]);
    return Object.fromEntries(entries);
  }
  const { buffer, byteOffset, length } = value as Float64Array;
  const memory = shared.get(buffer) ?? new SharedArrayBuffer(buffer.byteLength);
  if (!shared.has(buffer)) new Uint8Array(memory).set(new Uint8Array(buffer));
  shared.set(buffer, memory);
  const Elements = value.constructor as Float64ArrayConstructor;
  return new Elements(memory, byteOffset, length);
}

/** Bytes that arrays hold, those of a buffer with several views once. */
export function countBytes(flat: FlatTrees): number {
  const buffers = new Set<ArrayBufferLike>();
  for (const part of Object.values({ ...flat, ...flat.walk }))
    if (ArrayBuffer.isView(part)) buffers.add(part.buffer);
  return [...buffers].reduce((sum, { byteLength }) => sum + byteLength, 0);
}
