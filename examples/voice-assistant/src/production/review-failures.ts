import type { Sentence } from '../corpus/expand-sentences.ts';

const REVIEWER = 'reviewer-1';

/**
 * Answers a review queue as a person would who was told what each speaker meant. Through the same door as the page of the queue.
 * Gives how many items were answered.
 */
export async function reviewFailures(
  url: string,
  queue: string,
  said: readonly Pick<Sentence, 'text' | 'call'>[],
): Promise<number> {
  const meant = new Map(said.map(({ text, call }) => [text, call]));
  const post = async (path: string, body: object) => {
    const answer = await fetch(`${url}/api/v1/review/queues/${queue}/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path} of queue ${queue}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as { held: { item: { id: string; input: { text: string } } } | null };
  };
  for (let answered = 0; ; answered++) {
    const { held } = await post('next', { reviewer: REVIEWER });
    if (held === null) return answered;
    const { id, input } = held.item;
    const call = meant.get(input.text);
    const answers = call ? { right: 'no', 'should-be': JSON.stringify([call]) } : { right: 'yes' };
    await post(`items/${id}/annotations`, { reviewer: REVIEWER, answers });
  }
}
