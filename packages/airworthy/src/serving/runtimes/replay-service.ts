import { isDeepStrictEqual } from 'node:util';
import { isRecord } from '../../kernel/is-record.ts';
import type { Output } from '../../models/to-prediction.ts';
import type { JsonRecord } from '../records/check-records.ts';
import { tensorFromJson, tensorToJson } from '../tensors/json-tensors.ts';
import type { Runtime, Tensor } from './runtime.ts';

/** A tensor in JSON, as golden cases have it; its datatype is the signature's. */
export interface GoldenTensor {
  shape: number[];
  data: unknown[];
}

/** What a service answered when it was packed. */
export type ServiceGoldenPair =
  | { record: JsonRecord; output: Output }
  | { inputs: Record<string, GoldenTensor>; outputs: Record<string, GoldenTensor> };

export interface ServiceGolden {
  format: 'airworthy-service-golden/1';
  /** How far numbers may be off, relative above 1. */
  tolerance: number;
  pairs: ServiceGoldenPair[];
}

/** Asks a service its golden questions again; the first that it answers otherwise, in words, or null. */
export async function replayService(runtime: Runtime, golden: unknown): Promise<string | null> {
  const { pairs, tolerance } = golden as ServiceGolden;
  for (const [index, pair] of pairs.entries()) {
    const given =
      'record' in pair ? await askRecord(runtime, pair.record) : await askTensors(runtime, pair.inputs);
    const expected = 'record' in pair ? pair.output : pair.outputs;
    if (!isAlike(given, expected, tolerance))
      return `golden case ${index} is now answered with ${show(given)}, with ${show(expected)} when it was packed`;
  }
  return null;
}

export async function askRecord(runtime: Runtime, record: JsonRecord): Promise<Output> {
  const [answer] = await runtime.predict([record], {});
  // What it cost today is no part of the answer.
  return 'output' in answer ? { output: answer.output } : answer;
}

/** @throws CALL_UNSUITABLE where it takes no tensors; TENSOR_INVALID for inputs that are none */
export async function askTensors(
  runtime: Runtime,
  given: Readonly<Record<string, GoldenTensor>>,
): Promise<Record<string, GoldenTensor>> {
  const inputs = runtime.signature.inputs.flatMap(({ name, datatype }) =>
    given[name] === undefined ? [] : tensorFromJson({ name, datatype, ...given[name] }, { missing: false }),
  );
  const outputs = (await runtime.infer?.(inputs, {})) ?? [];
  return Object.fromEntries(outputs.map((output) => [output.name, toGolden(output)]));
}

function toGolden(tensor: Tensor): GoldenTensor {
  // Through text, as 64-bit integers come as digits that only text holds.
  return JSON.parse(JSON.stringify({ shape: tensor.shape, data: tensorToJson(tensor) }));
}

/** Equal but for what arithmetic on another machine may change in numbers. */
export function isAlike(given: unknown, expected: unknown, tolerance: number): boolean {
  if (typeof given === 'number' && typeof expected === 'number')
    return given === expected || Math.abs(given - expected) <= tolerance * Math.max(1, Math.abs(expected));
  if (Array.isArray(given) && Array.isArray(expected))
    return (
      given.length === expected.length && given.every((item, at) => isAlike(item, expected[at], tolerance))
    );
  if (isRecord(given) && isRecord(expected)) {
    const names = Object.keys(expected);
    return (
      names.length === Object.keys(given).length &&
      names.every((name) => name in given && isAlike(given[name], expected[name], tolerance))
    );
  }
  return isDeepStrictEqual(given, expected);
}

function show(value: unknown): string {
  return JSON.stringify(value).slice(0, 200);
}
