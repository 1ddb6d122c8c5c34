import { readFileSync } from 'node:fs';
import type { Assistant } from '../assistant.ts';
import { framesOf } from '../cli/sound-frames.ts';
import type { Sentence } from '../corpus/expand-sentences.ts';
import { joinSamples } from '../speech/join-samples.ts';
import { readWav } from '../speech/read-wav.ts';
import { SAMPLE_RATE } from '../speech/speech.ts';
import type { TurnResult } from '../turn/turn.ts';
import { UNHEARD } from '../turn/unheard.ts';
import type { SpokenObservation } from './spoken-turn.ts';

/** A sentence as one voice read it, and the wake word as that voice says it. */
export interface Recording {
  id: string;
  sentence: Sentence;
  voice: string;
  /** WAV files. */
  path: string;
  wakePath: string;
}

export interface Replay {
  assistant: Pick<Assistant, 'parts' | 'openSession'>;
  /** Does the wake word at the beginning of these samples wake? */
  wakes(samples: Int16Array): Promise<boolean>;
  onProgress?: (done: number, of: number) => void;
  signal?: AbortSignal | undefined;
}

/**
 * Every recording as a turn with the house, from sound to reply, and beside it what the planner makes of the true text: the
 * counterfactual that tells whose fault an error is.
 */
export async function replaySpoken(
  recordings: readonly Recording[],
  { assistant, wakes, onProgress = () => {}, signal }: Replay,
): Promise<SpokenObservation[]> {
  const observed: SpokenObservation[] = [];
  for (const { id, sentence, voice, path, wakePath } of recordings) {
    signal?.throwIfAborted();
    const [samples, wake] = [path, wakePath].map((file) => readWav(readFileSync(file)));
    const [turn, woke] = await Promise.all([
      assistant
        .openSession({ device: 'replay', openSound: () => UNHEARD })
        .listen({ sound: framesOf(samples, { realTime: false }), endsBy: 'release' }),
      wakes(joinSamples([wake, samples])),
    ]);
    const { calls } = await assistant.parts.planner.plan({ text: sentence.text }, signal);
    observed.push({
      ...{ id, voice, sentence: sentence.id, text: sentence.text, phrasing: sentence.phrasing },
      expected: sentence.call,
      callsOfText: calls,
      heard: {
        text: turn.text,
        calls: turn.calls,
        acted: hasActed(turn),
        reply: turn.reply,
        responseMs: responseOf(turn, (samples.length / SAMPLE_RATE) * 1_000),
      },
      woke,
    });
    onProgress(observed.length, recordings.length);
  }
  return observed;
}

/**
 * From the end of speech to the first sound of the reply. Recordings come faster than speech: recognition that would have gone on
 * while the person spoke is not counted as waiting.
 */
function responseOf({ responseMs, stages }: TurnResult, spokenMs: number): number {
  const heardMs = stages.find(({ stage }) => stage === 'stt')?.waitedMs ?? 0;
  return responseMs - Math.min(heardMs, spokenMs);
}

/** A skill that says that it cannot (no timer is running) has answered; one that hung or threw, or was not let do it, has not. */
function hasActed({ failure, problems }: TurnResult): boolean {
  return failure === null && problems.length === 0;
}
