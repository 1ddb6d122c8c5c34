import { z } from 'zod';
import type { ModelCaller } from '../tasks/task.ts';
import type { Embedder } from './judge-model.ts';
import { NoVerdict } from './no-verdict.ts';

const Embeddings = z.object({
  data: z.array(z.object({ index: z.int().optional(), embedding: z.array(z.number()).min(1) })),
});

/** Vectors of texts, in their order, by one call to `/embeddings`. Throws NoVerdict where the answer holds other ones. */
export async function embed(
  models: ModelCaller,
  embedder: Embedder,
  texts: readonly string[],
): Promise<number[][]> {
  const { endpoint, model, keyVariable, parameters, timeoutSeconds } = embedder;
  const { body } = await models.call({
    ...{ endpoint, path: 'embeddings', model, timeoutMs: timeoutSeconds * 1000 },
    ...(keyVariable === undefined ? {} : { keyVariable }),
    body: { model, input: texts, encoding_format: 'float', ...parameters },
  });
  const read = Embeddings.safeParse(body);
  if (!read.success || read.data.data.length !== texts.length) {
    throw new NoVerdict('error', 'embedding-invalid', `the embedder gave no ${texts.length} embeddings`);
  }
  const inOrder = [...read.data.data].sort((a, b) => (a.index ?? 0) - (b.index ?? 0));
  return inOrder.map(({ embedding }) => embedding);
}

/** Throws NoVerdict where vectors differ in length or one is zero: the angle is then not defined. */
export function cosine(a: readonly number[], b: readonly number[]): number {
  if (a.length !== b.length) {
    throw new NoVerdict('error', 'embedding-invalid', `embeddings of ${a.length} and ${b.length} numbers`);
  }
  let [product, left, right] = [0, 0, 0];
  for (let index = 0; index < a.length; index++) {
    product += a[index] * b[index];
    left += a[index] ** 2;
    right += b[index] ** 2;
  }
  if (left === 0 || right === 0) throw new NoVerdict('unscorable', 'embedding-zero', 'an embedding is zero');
  return Math.min(1, Math.max(-1, product / Math.sqrt(left * right)));
}
