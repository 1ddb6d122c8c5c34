import type { FunctionMeans, Stage } from 'airworthy/serving';
import type { Planner } from '../planners/planner.ts';
import type { Call } from '../skills/skill.ts';
import { asSpoken } from '../turn/as-spoken.ts';
import { skillNames } from '../turn/skill-names.ts';
import type { CallProblem } from '../turn/turn.ts';
import { findUnsaidWords } from '../turn/unsaid-words.ts';
import { validateCalls } from '../turn/validate-calls.ts';

/** A sentence, or the recording of one: a WAV file in base64. */
export interface Said {
  text?: string | null;
  audio?: string | null;
}

/** What is to be done, checked; nothing of it has been done. */
export interface Decision {
  transcript: string;
  /** Empty unless the outcome is `decided` or `not-for-me`. */
  calls: Call[];
  outcome: 'decided' | 'not-for-me' | 'not-heard' | 'refused';
  problems: (CallProblem | HearingProblem)[];
  /** 0 to 1; null where the planner cannot say. */
  confidence: number | null;
}

/** Why a recording could not be understood: `broken`, `silence`, `clipped`, `no-words`, ... */
export interface HearingProblem {
  code: string;
  message: string;
}

export type Heard = { text: string } | { problem: HearingProblem };

/** Makes words of a recording. Throws where the recording is not to blame. */
export type Hear = (recording: Uint8Array, means: FunctionMeans) => Promise<Heard>;

/**
 * The assistant up to the moment where something would happen: hears, plans, checks. It changes nothing, so that a version of it
 * can be shadowed, replayed and judged on the same sentences as another; the house does what was decided, once.
 */
export function createDecide({ planner, hear }: { planner: Planner; hear: Hear | null }) {
  return async ({ text, audio }: Said, means: FunctionMeans): Promise<Decision> => {
    const heard =
      typeof text === 'string' ? { text: asSpoken(text) } : await listen(hear, audio ?? undefined, means);
    if ('problem' in heard) return notHeard(heard.problem);
    if (heard.text === '') return notHeard({ code: 'no-words', message: 'there are no words in it' });
    const { calls, confidence } = await planCalls(planner, heard.text, means.stage);
    return check({ transcript: heard.text, calls, confidence }, means.stage);
  };
}

function listen(hear: Hear | null, audio: string | undefined, means: FunctionMeans): Promise<Heard> {
  if (audio === undefined) throw new TypeError('a record has a text or a recording: text, audio');
  if (hear === null) throw new TypeError('this version takes sentences only: it was packed without ears');
  return hear(Buffer.from(audio, 'base64'), means);
}

function notHeard(problem: HearingProblem): Decision {
  return { transcript: '', calls: [], outcome: 'not-heard', problems: [problem], confidence: null };
}

function planCalls(planner: Planner, text: string, stage: Stage) {
  return stage('nlu', async (running) => {
    running.set('gen_ai.operation.name', 'execute_tool');
    running.set('gen_ai.request.model', `${planner.name} ${planner.version}`);
    const plan = await planner.plan({ text });
    if (plan.confidence !== null) running.set('voice.nlu.confidence', plan.confidence);
    running.set('voice.nlu.calls', skillNames(plan.calls).join(' '));
    return plan;
  });
}

function check(
  { transcript, calls, confidence }: Pick<Decision, 'transcript' | 'calls' | 'confidence'>,
  stage: Stage,
): Promise<Decision> {
  return stage('call.validate', (running) => {
    const invalid = validateCalls(calls);
    const problems = invalid.length > 0 ? invalid : findUnsaidWords(calls, transcript);
    running.set('voice.call.problems', problems.map(({ code }) => code).join(' '));
    if (problems.length > 0) return { transcript, calls: [], outcome: 'refused', problems, confidence };
    const outcome = calls.every(({ name }) => name === 'other') ? 'not-for-me' : 'decided';
    return { transcript, calls, outcome, problems, confidence };
  });
}
