import type { Context } from '../../store/ports.ts';
import { compareContent } from './compare-content.ts';
import type { Output } from './gather-outputs.ts';
import type { Comparison } from './schema.ts';

/** Larger outputs are compared by their bytes alone. */
const LARGEST = 256 << 20;

/** Outputs by name: by digest, and where that differs and both are kept, by the numbers in them. */
export async function compareOutputs(
  context: Context,
  before: readonly Output[],
  after: readonly Output[],
  tolerance: number,
): Promise<Comparison[]> {
  const [first, second] = [byName(before), byName(after)];
  const names = [...new Set([...first.keys(), ...second.keys()])].sort();
  const comparisons: Comparison[] = [];
  for (const name of names)
    comparisons.push(await compareOutput(context, name, [first.get(name), second.get(name)], tolerance));
  return comparisons;
}

async function compareOutput(
  { store }: Context,
  name: string,
  [before, after]: [Output | undefined, Output | undefined],
  tolerance: number,
): Promise<Comparison> {
  const same = { kind: 'output', name, deviation: null, divergence: null, step: null, numbers: 0 } as const;
  if (before?.digest === after?.digest) return { ...same, outcome: 'identical' };
  const diverged = (how: string): Comparison => ({
    ...same,
    outcome: 'diverged',
    divergence: `${name}: ${how}`,
  });
  if (!after) return diverged('it was not made again');
  if (!before) return diverged('it was not made before');
  if (!before.kept || !after.kept)
    return diverged(
      'its bytes differ; only outputs named with --output are kept to be compared number by number',
    );
  if (Math.max(before.size ?? 0, after.size ?? 0) > LARGEST) return diverged('its bytes differ');
  const [bytes, bytesAfter] = await Promise.all([
    store.blobs.get(before.digest),
    store.blobs.get(after.digest),
  ]);
  return compareContent(name, bytes, bytesAfter, tolerance);
}

function byName(outputs: readonly Output[]): Map<string, Output> {
  return new Map(outputs.map((output) => [output.name, output]));
}
