import { findSkill } from '../skills/registry.ts';
import type { SkillArguments } from '../skills/runnable-skill.ts';
import type { Call } from '../skills/skill.ts';
import type { CallProblem } from './turn.ts';
import { findUnsaidWords } from './unsaid-words.ts';

/** How long a question waits for its answer. */
const ANSWER_WITHIN_MS = 20_000;

/** What a child may not do for the whole house. */
const GROWN_UPS_ONLY: ReadonlySet<string> = new Set(['list_clear']);

const YES: ReadonlySet<string> = new Set(
  (
    'yes, yeah, yep, yes please, sure, okay, do it, yes do it, go ahead, please do, of course, ' +
    "confirm, i am sure, i'm sure, yes i'm sure, certainly, yes i do, that is right, that's right"
  ).split(', '),
);
const NO: ReadonlySet<string> = new Set(
  (
    "no, nope, no thanks, no thank you, don't, do not, no don't, never mind, stop, cancel, wait, " +
    'leave it, keep it, rather not, better not, not now, of course not, no way, no please do not'
  ).split(', '),
);

/** Calls that wait for a yes of whoever asked for them. */
export interface PendingQuestion {
  profile: string;
  calls: readonly Call[];
  question: string;
  expiresAt: number;
}

export type Authorisation =
  | { kind: 'run'; calls: readonly Call[] }
  | { kind: 'ask'; pending: PendingQuestion }
  | { kind: 'refuse'; problems: readonly CallProblem[]; reply: string };

/** What was said, by whom and when. */
export interface Utterance {
  /** The words of the person: nothing else can become an argument. */
  said: string;
  /** By their pseudonym. */
  speaker: { profile: string; minor: boolean };
  now: Date;
}

/**
 * May these calls be run? They have passed the validators. What cannot be undone is asked about first, each time anew:
 * only `settle` makes a yes of what is said next.
 */
export function authorise(calls: readonly Call[], { said, speaker, now }: Utterance): Authorisation {
  const unsaid = findUnsaidWords(calls, said);
  if (unsaid.length > 0) {
    return { kind: 'refuse', problems: unsaid, reply: 'i did not quite get that. please say it again' };
  }
  const forbidden = calls.filter(({ name }) => speaker.minor && GROWN_UPS_ONLY.has(name));
  if (forbidden.length > 0) {
    const problems = forbidden.map(({ name }) => ({
      code: 'not-allowed' as const,
      message: `${name} is for grown ups; ${speaker.profile} is a child's profile`,
    }));
    return { kind: 'refuse', problems, reply: 'a grown up has to ask for that' };
  }
  const questions = calls.flatMap(questionOf);
  if (questions.length === 0) return { kind: 'run', calls };
  const question = `${questions.join(', and ')}? say yes or no`;
  const expiresAt = now.getTime() + ANSWER_WITHIN_MS;
  return { kind: 'ask', pending: { profile: speaker.profile, calls, question, expiresAt } };
}

function questionOf({ name, arguments: args }: Call): string[] {
  const skill = findSkill(name);
  return skill?.risk === 'irreversible' ? [skill.question(args as SkillArguments)] : [];
}

export type Settlement =
  | { kind: 'confirmed'; calls: readonly Call[] }
  | { kind: 'declined'; reply: string }
  /** It was no answer: the question is dropped, and what was said is a sentence like any. */
  | { kind: 'no-answer' };

/** What the next words of a person make of the question that waits. Saying the command again is no yes. */
export function settle(pending: PendingQuestion, { said, speaker, now }: Utterance): Settlement {
  const left = pending.expiresAt - now.getTime();
  // More than it ever had: the clock was put back, and nobody knows how long ago it was asked.
  const isOver = left < 0 || left > ANSWER_WITHIN_MS;
  if (isOver || speaker.profile !== pending.profile) return { kind: 'no-answer' };
  const answer = readAnswer(said);
  if (answer === null) return { kind: 'no-answer' };
  return answer === 'yes'
    ? { kind: 'confirmed', calls: pending.calls }
    : { kind: 'declined', reply: 'okay, i leave it' };
}

/** A yes or a no, where that is all that was said. */
function readAnswer(said: string): 'yes' | 'no' | null {
  const plain = said
    .toLowerCase()
    .replaceAll(/[.,!?]/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
  if (YES.has(plain)) return 'yes';
  return NO.has(plain) ? 'no' : null;
}
