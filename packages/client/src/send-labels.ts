import { type Connection, sendRequest } from './send-request.ts';
import type { Label, LabelOptions, LabelReceipt } from './types.ts';

/** What one request takes at most. */
const MOST_LABELS = 10_000;
/** Well below what a server takes as a body by default. */
const MOST_CHARACTERS = 4 << 20;

/**
 * Sends labels in batches, one after another, so that a batch that is sent again never overtakes a later one. Each is
 * kept whole or not at all; after a failure, all labels can be sent again.
 */
export async function sendLabels(
  connection: Connection,
  endpoint: string,
  labels: Iterable<Label> | AsyncIterable<Label>,
  { signal, onProgress }: LabelOptions,
): Promise<LabelReceipt> {
  const total: LabelReceipt = { received: 0, matched: 0, waiting: 0, corrected: 0, unchanged: 0, expired: 0 };
  const path = `api/v1/endpoints/${encodeURIComponent(endpoint)}/labels`;
  for await (const batch of inBatches(labels)) {
    const receipt = await sendRequest<LabelReceipt>(connection, { path, body: { labels: batch }, signal });
    for (const name of Object.keys(total) as (keyof LabelReceipt)[]) total[name] += receipt[name];
    onProgress?.({ ...total });
  }
  return total;
}

async function* inBatches(labels: Iterable<Label> | AsyncIterable<Label>): AsyncGenerator<unknown[]> {
  let batch: unknown[] = [];
  let characters = 0;
  for await (const { knownAt, ...label } of labels) {
    const sent = { ...label, ...(knownAt === undefined ? {} : { knownAt: momentOf(knownAt) }) };
    const size = JSON.stringify(sent).length;
    if (batch.length === MOST_LABELS || (batch.length > 0 && characters + size > MOST_CHARACTERS)) {
      yield batch;
      batch = [];
      characters = 0;
    }
    batch.push(sent);
    characters += size;
  }
  if (batch.length > 0) yield batch;
}

function momentOf(knownAt: string | number | Date): string | number {
  return knownAt instanceof Date ? knownAt.getTime() : knownAt;
}
