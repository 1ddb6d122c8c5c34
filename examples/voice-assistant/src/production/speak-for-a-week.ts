import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '@airworthy/client';
import type { Sentence } from '../corpus/expand-sentences.ts';
import { seededRandom } from '../corpus/seeded-random.ts';
import type { Decision } from './create-decide.ts';
import { sameCall } from './weeks.ts';

/** How often sentences were understood, by the version that answered. */
export type Understood = Map<number, { said: number; right: number }>;

export interface Week {
  url: string;
  sentences: readonly Sentence[];
  seed?: number;
  /** Between two sentences. */
  pauseMs?: number;
  /** Asked after each sentence: has enough been said? */
  isOver?: () => boolean;
}

/** People who speak with the assistant; each always gets the same arm of a rollout. */
const PEOPLE = 40;

/** Of what was not understood: who gives a thumb down, who says what they meant, and who says nothing. */
const THUMB = 0.5;
const CORRECTION = 0.3;

/**
 * A week of a household, simulated: sentences go to the endpoint, and people who are not understood say so about as often as
 * people do. They know what they meant, because the sentences say.
 */
export async function speakForAWeek({
  url,
  sentences,
  seed = 1,
  pauseMs = 0,
  isOver,
}: Week): Promise<Understood> {
  const client = createClient({ baseUrl: url });
  const random = seededRandom(`people/${seed}`);
  const understood: Understood = new Map();
  for (const [index, sentence] of sentences.entries()) {
    const { prediction, version, calls } = await ask(url, sentence.text, `person ${index % PEOPLE}`);
    const isRight = sameCall(calls[0], sentence.call);
    const count = understood.get(version) ?? { said: 0, right: 0 };
    understood.set(version, { said: count.said + 1, right: count.right + (isRight ? 1 : 0) });
    const mood = random.next();
    const source = `person-${index % PEOPLE}`;
    if (!isRight && mood < THUMB) await client.thumbsDown('assistant', prediction, { source });
    else if (!isRight && mood < THUMB + CORRECTION)
      await client.correct('assistant', prediction, [sentence.call], { source });
    if (isOver?.()) break;
    if (pauseMs > 0) await sleep(pauseMs);
  }
  return understood;
}

async function ask(url: string, text: string, unit: string) {
  const answer = await fetch(`${url}/predict/assistant`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-unit-id': unit },
    body: JSON.stringify({ text }),
  });
  if (!answer.ok) throw new Error(`the assistant answered ${answer.status}: ${await answer.text()}`);
  const { predictionId, version, output } = (await answer.json()) as {
    predictionId: string;
    version: number;
    output: Decision;
  };
  return { prediction: predictionId, version, calls: output.calls };
}
