import type { Household } from '../household/household.ts';
import { executeSkill, type SkillOutcome } from '../skills/execute-skill.ts';
import type { SkillSources } from '../skills/runnable-skill.ts';
import { authorise, type PendingQuestion, settle } from './authorise.ts';
import type { Asked, Executed, House } from './turn.ts';

export interface HouseParts {
  household: Household;
  sources: SkillSources;
  /** Of the house, for times and days that name no place. */
  timeZone: string;
}

/** Sessions whose question can wait for an answer at the same time. */
const MOST_PENDING = 100;

/** The household as turns see it; it remembers the question that each session was asked last. */
export function openHouse({ household, sources, timeZone }: HouseParts): House {
  const pending = new Map<string, PendingQuestion>();

  function askedOf({ said, profile }: Asked) {
    const minor = household.profiles.find(profile)?.minor ?? true;
    return { said, speaker: { profile, minor }, now: household.now() };
  }

  function wait(session: string, question: PendingQuestion): void {
    pending.delete(session);
    pending.set(session, question);
    for (const oldest of pending.keys()) {
      if (pending.size <= MOST_PENDING) break;
      pending.delete(oldest);
    }
  }

  return {
    answer(asked) {
      const question = pending.get(asked.session);
      if (question === undefined) return null;
      // Whatever is said next, it is not asked again.
      pending.delete(asked.session);
      const settled = settle(question, askedOf(asked));
      if (settled.kind === 'no-answer') return null;
      return settled.kind === 'declined' ? settled : { kind: 'confirmed', calls: [...settled.calls] };
    },
    authorise(calls, asked) {
      const authorised = authorise(calls, askedOf(asked));
      if (authorised.kind === 'run') return { kind: 'allowed' };
      if (authorised.kind === 'refuse')
        return { kind: 'refused', reply: authorised.reply, problems: [...authorised.problems] };
      wait(asked.session, authorised.pending);
      return { kind: 'asks-first', question: authorised.pending.question };
    },
    async execute(call, { traceId, profile }, { place, confirmed, signal }) {
      return toExecuted(
        await executeSkill(call, {
          ...{ household, sources, timeZone, profile, traceId },
          ...{ callIndex: place, confirmed, signal },
        }),
      );
    },
  };
}

function toExecuted(outcome: SkillOutcome): Executed {
  const { reply } = outcome;
  if (!('code' in outcome)) return { reply, done: outcome.outcome === 'done' };
  const code = outcome.code === 'timed-out' || outcome.code === 'interrupted' ? outcome.code : 'failed';
  return { reply, done: false, failure: { code, message: outcome.error } };
}
