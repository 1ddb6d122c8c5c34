import { z } from 'zod';
import { LONGEST_TEXT, MOST_ATTRIBUTES, MOST_STAGES, type StageTime } from './processes/stage-recorder.ts';

const Time = z.number().nonnegative().max(Number.MAX_SAFE_INTEGER);
const Text = z.string().max(LONGEST_TEXT);
const StageTimes = z
  .array(
    z.object({
      name: Text,
      startedUs: Time,
      endedUs: Time,
      parent: z.number().int().nonnegative().nullable(),
      attributes: z
        .record(Text, z.union([Text, z.number(), z.boolean()]))
        .refine((attributes) => Object.keys(attributes).length <= MOST_ATTRIBUTES),
      error: Text.optional(),
    }),
  )
  .max(MOST_STAGES)
  // A part begins after the whole, so that no stage is a part of itself.
  .refine((stages) => stages.every(({ parent }, place) => parent === null || parent < place));

/** Beside the answer or the error it belongs to, so that no door and no log takes it for a part of the answer. */
const noted = new WeakMap<object, readonly StageTime[]>();

/** Notes which stages led to an answer or an error, as its process said; what is no list of stages is passed over. */
export function noteStages(outcome: object, said: unknown): void {
  const { data } = StageTimes.safeParse(said);
  if (data !== undefined && data.length > 0) noted.set(outcome, data as StageTime[]);
}

/** The stages that led to an answer or an error; none where it has none. */
export function stagesOf(outcome: unknown): readonly StageTime[] {
  return (typeof outcome === 'object' && outcome !== null && noted.get(outcome)) || [];
}
