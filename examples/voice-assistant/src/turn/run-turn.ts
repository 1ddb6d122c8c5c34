import type { Plan } from '../planners/planner.ts';
import type { Call } from '../skills/skill.ts';
import { asSpoken } from './as-spoken.ts';
import { hearSound } from './hear-sound.ts';
import { type OpenTrace, openTrace, round } from './open-trace.ts';
import { skillNames } from './skill-names.ts';
import { speakReply } from './speak-reply.ts';
import { StageError, toStageError } from './stage-error.ts';
import type { TracedQuestion } from './traced-question.ts';
import type {
  Asked,
  CallProblem,
  Executed,
  Outcome,
  Spoken,
  StageFailure,
  TurnInput,
  TurnParts,
  TurnResult,
  TurnSetting,
} from './turn.ts';

/** What a turn came to, before it is said. */
interface Ending {
  outcome: Outcome;
  reply: string;
  calls?: Call[];
  problems?: CallProblem[];
  failure?: StageFailure;
}

/** A turn that is under way. */
interface Turn {
  parts: TurnParts;
  setting: TurnSetting;
  trace: OpenTrace;
}

/**
 * One turn: what is said becomes calls, the household does them once, and says what came of it. Never throws: a stage that
 * fails or hangs is on the trace, and the person is told something. Nothing is done that was not understood and allowed.
 *
 * @example
 * const { outcome, reply } = await runTurn(parts, { text: 'set a timer for ten minutes' }, setting);
 */
export async function runTurn(parts: TurnParts, input: TurnInput, setting: TurnSetting): Promise<TurnResult> {
  const trace = openTrace(parts, setting, rootAttributes(parts, input, setting));
  const { traceId } = trace;
  setting.onBegin?.(traceId);
  const turn: Turn = { parts, setting, trace };
  let text = '';
  let ending: Ending;
  try {
    const heard = await listen(turn, input);
    text = heard.text;
    ending = heard.ending ?? (await answer(turn, text));
  } catch (thrown) {
    ending = endingOf(thrown);
  }
  const repliedMs = trace.now();
  const { spoken, failure } = await say(turn, ending);
  const responseMs = repliedMs - endOfSpeech(trace) + (spoken?.firstSoundMs ?? 0);
  const result = toResult(turn, { text, ending, spoken, responseMs, failure: ending.failure ?? failure });
  trace.set({ 'voice.outcome': result.outcome, 'voice.response_ms': round(responseMs) });
  trace.end(result.failure);
  return result;
}

function rootAttributes({ versions, planner }: TurnParts, input: TurnInput, setting: TurnSetting) {
  return {
    'session.id': setting.session,
    'user.id': setting.profile,
    'voice.device': setting.device,
    'voice.input': 'text' in input ? 'text' : 'sound',
    'voice.version.planner': `${planner.name} ${planner.version}`,
    ...Object.fromEntries(
      Object.entries(versions).map(([name, version]) => [`voice.version.${name}`, version]),
    ),
    ...(setting.corrects === undefined ? {} : { 'voice.corrects': setting.corrects }),
  };
}

/** What was said; with the ending of the turn where it was not understood. */
async function listen(turn: Turn, input: TurnInput): Promise<{ text: string; ending?: Ending }> {
  const { parts, setting, trace } = turn;
  if ('text' in input) {
    const text = asSpoken(input.text);
    if (text !== '') return { text };
    return { text, ending: { outcome: 'not-heard', reply: 'you have not said anything' } };
  }
  const heard = await hearSound(parts, input, setting, trace);
  return 'text' in heard ? heard : { text: '', ending: { outcome: 'not-heard', reply: heard.reply } };
}

/** From here on the person waits. A text was there when the turn began. */
function endOfSpeech(trace: OpenTrace): number {
  const capture = trace.timings().find(({ stage }) => stage === 'audio.capture');
  return capture === undefined ? 0 : capture.startedMs + capture.ms;
}

/** From words to what was done about them. */
async function answer(turn: Turn, text: string): Promise<Ending> {
  const { setting, trace } = turn;
  const { house } = turn.parts;
  const { session, profile } = setting;
  const asked: Asked = { traceId: trace.traceId, session, profile, said: text };
  const answered = house.answer(asked);
  if (answered?.kind === 'declined') return { outcome: 'done', reply: answered.reply };
  if (answered?.kind === 'confirmed') return act(turn, answered.calls, asked, true);
  const { calls } = await plan(turn, text);
  const problems = await validate(turn, calls);
  if (problems.length > 0) return { outcome: 'refused', reply: MISUNDERSTOOD, calls, problems };
  if (calls.every(({ name }) => name === 'other')) return { outcome: 'not-for-me', reply: NOT_FOR_ME, calls };
  const authorised = house.authorise(calls, asked);
  if (authorised.kind === 'asks-first') return { outcome: 'asks-first', reply: authorised.question, calls };
  if (authorised.kind === 'allowed') return act(turn, calls, asked, false);
  return { outcome: 'refused', calls, reply: authorised.reply, problems: authorised.problems };
}

const MISUNDERSTOOD = 'sorry, i am not sure what you want me to do';
const NOT_FOR_ME = 'sorry, that is nothing i can do';

function plan({ parts, setting, trace }: Turn, text: string): Promise<Plan> {
  const { planner } = parts;
  const attributes = {
    'gen_ai.operation.name': 'plan',
    'gen_ai.request.model': planner.name,
    'gen_ai.response.model': planner.version,
    'gen_ai.output.type': 'json',
  };
  return trace.stage(
    'nlu',
    async (running) => {
      const { traceparent } = running;
      const question: TracedQuestion = { text, traceparent, subject: setting.profile };
      const plan = await planner.plan(question, running.signal);
      running.set({
        'voice.nlu.calls': skillNames(plan.calls),
        ...(plan.confidence === null ? {} : { 'voice.nlu.confidence': plan.confidence }),
        ...(plan.usage && {
          'gen_ai.usage.input_tokens': plan.usage.inputTokens,
          'gen_ai.usage.output_tokens': plan.usage.outputTokens,
        }),
        ...(setting.keepsTranscript && {
          'gen_ai.input.messages': JSON.stringify([{ role: 'user', content: text }]),
          'gen_ai.output.messages': JSON.stringify([{ role: 'assistant', content: plan.raw }]),
        }),
      });
      setting.onEvent?.({ stage: 'nlu', plan });
      return plan;
    },
    { attributes },
  );
}

function validate({ parts, setting, trace }: Turn, calls: Call[]): Promise<CallProblem[]> {
  return trace.stage('call.validate', (running) => {
    const problems = parts.validate(calls);
    running.set({ 'voice.call.problems': problems.map(({ code }) => code) });
    setting.onEvent?.({ stage: 'call.validate', calls, problems });
    return problems;
  });
}

/** Does each call, one after the other. The first that cannot be done ends it. */
async function act(turn: Turn, calls: Call[], asked: Asked, confirmed: boolean): Promise<Ending> {
  const replies: string[] = [];
  for (const [place, call] of calls.entries()) {
    if (call.name === 'other') continue;
    const executed = await execute(turn, call, asked, { place, confirmed });
    if (executed.reply !== '') replies.push(executed.reply);
    const reply = replies.join('. ');
    if (executed.failure) {
      const failure: StageFailure = { stage: 'skill.execute', ...executed.failure };
      return { outcome: OUTCOMES[failure.code] ?? 'failed', reply, calls, failure };
    }
    if (!executed.done) return { outcome: 'refused', reply, calls };
  }
  return { outcome: 'done', reply: replies.join('. '), calls };
}

function execute(
  { parts, setting, trace }: Turn,
  call: Call,
  asked: Asked,
  { place, confirmed }: { place: number; confirmed: boolean },
): Promise<Executed> {
  return trace.stage(
    'skill.execute',
    async (running) => {
      const { signal } = running;
      const executed = await parts.house.execute(call, asked, { place, confirmed, signal });
      running.set({
        'voice.skill.done': executed.done,
        ...(executed.failure && { 'error.type': executed.failure.code }),
      });
      setting.onEvent?.({ stage: 'skill.execute', call, reply: executed.reply });
      return executed;
    },
    {
      attributes: {
        'gen_ai.operation.name': 'execute_tool',
        'gen_ai.tool.name': call.name,
        'voice.skill.idempotency_key': `${asked.traceId}/${place}`,
        ...(setting.keepsTranscript && { 'gen_ai.tool.call.arguments': JSON.stringify(call.arguments) }),
      },
    },
  );
}

/** What the person is told of a stage that failed. */
const APOLOGIES: Readonly<Record<StageFailure['code'], string>> = {
  'timed-out': 'sorry, that took too long',
  unavailable: 'sorry, a part of me is not there just now',
  failed: 'sorry, something went wrong',
  'microphone-gone': 'sorry, i lost you in the middle of the sentence',
  interrupted: '',
};

const OUTCOMES: Partial<Record<StageFailure['code'], Outcome>> = {
  'microphone-gone': 'not-heard',
  interrupted: 'interrupted',
};

function endingOf(thrown: unknown): Ending {
  const { failure } = toStageError('nlu', thrown);
  return { outcome: OUTCOMES[failure.code] ?? 'failed', reply: APOLOGIES[failure.code], failure };
}

/** Says the reply. Failing at it undoes nothing: the text is there. */
async function say(
  { parts, setting, trace }: Turn,
  { reply }: Ending,
): Promise<{ spoken: Spoken | null; failure: StageFailure | null }> {
  setting.onEvent?.({ stage: 'reply', text: reply });
  const { sound } = setting;
  if (reply === '' || parts.speaker === null || sound === undefined) return { spoken: null, failure: null };
  try {
    return { spoken: await speakReply(parts.speaker, reply, sound, setting, trace), failure: null };
  } catch (thrown) {
    return { spoken: null, failure: thrown instanceof StageError ? thrown.failure : null };
  }
}

function toResult(
  { trace }: Turn,
  end: {
    text: string;
    ending: Ending;
    spoken: Spoken | null;
    responseMs: number;
    failure: StageFailure | null;
  },
): TurnResult {
  const { outcome, reply, calls = [], problems = [] } = end.ending;
  const stages = trace.timings();
  const endpoint = stages.find(({ stage }) => stage === 'vad.endpoint');
  return {
    traceId: trace.traceId,
    ...{ outcome, text: end.text, calls, reply, problems },
    failure: end.failure,
    stages,
    responseMs: end.responseMs,
    endpointMs: endpoint?.ms ?? null,
    spoken: end.spoken,
  };
}
