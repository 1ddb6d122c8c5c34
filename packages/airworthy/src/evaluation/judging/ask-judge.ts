import { z } from 'zod';
import { AirworthyError } from '../../kernel/errors.ts';
import { parseJson } from '../../kernel/parse-json.ts';
import type { ModelCaller, ModelRequest, ModelResponse } from '../tasks/task.ts';
import { type JudgeModel, sentParameters } from './judge-model.ts';
import { answerSchema, type JudgeQuestion, judgeMessages } from './judge-prompt.ts';
import { NoVerdict } from './no-verdict.ts';

/** Of the OpenAI form only what is read; the rest may be there. */
const ChatAnswer = z.object({
  choices: z
    .array(
      z.object({
        finish_reason: z.string().nullish(),
        message: z.object({ content: z.string().nullish(), refusal: z.string().nullish() }),
      }),
    )
    .min(1),
});

/** What an endpoint answers that does not know `response_format`; a wrong key (401, 403) is another matter. */
const REFUSED_FORM = /\bHTTP (400|415|422)\b/;

/**
 * Asks a judge, and reads its verdict strictly: one JSON object of the form asked for. Prose, broken JSON and values out of
 * range are errors with a code, never a score.
 *
 * @param vote which of several votes on the same answer this is; each is a call of its own
 * @throws NoVerdict of status `error`; what the caller of models throws passes through
 */
export async function askJudge<Answer>(
  models: ModelCaller,
  judge: JudgeModel,
  question: JudgeQuestion<Answer>,
  vote: number,
): Promise<Answer> {
  const response = await callJudge(models, judge, question, vote);
  return readVerdict(answerText(response.body), question.answer);
}

async function callJudge(
  models: ModelCaller,
  judge: JudgeModel,
  question: JudgeQuestion<unknown>,
  vote: number,
): Promise<ModelResponse> {
  const inWords = requestOf(judge, question, vote);
  if (judge.format === 'text') return models.call(inWords);
  const bySchema = withSchema(inWords, question);
  if (judge.format === 'json-schema') return models.call(bySchema);
  try {
    return await models.call(bySchema);
  } catch (error) {
    if (!takesNoSchema(error)) throw error;
    return models.call(inWords).catch((other: unknown) => {
      // Where neither was recorded, the form that is asked for first is the one to record.
      throw isMissing(other) ? error : other;
    });
  }
}

function requestOf(judge: JudgeModel, question: JudgeQuestion<unknown>, vote: number): ModelRequest {
  const { model, endpoint, keyVariable, timeoutSeconds, votes } = judge;
  const seed = votes > 1 ? { seed: vote } : {};
  return {
    ...{ endpoint, path: 'chat/completions', model, timeoutMs: timeoutSeconds * 1000 },
    ...(keyVariable === undefined ? {} : { keyVariable }),
    body: { model, messages: judgeMessages(question), ...seed, ...sentParameters(judge) },
  };
}

function withSchema(request: ModelRequest, { answer }: JudgeQuestion<unknown>): ModelRequest {
  const json_schema = { name: 'verdict', strict: true, schema: answerSchema(answer) };
  const body = request.body as Record<string, unknown>;
  return { ...request, body: { ...body, response_format: { type: 'json_schema', json_schema } } };
}

function takesNoSchema(error: unknown): boolean {
  if (isMissing(error)) return true;
  return AirworthyError.is(error) && error.code === 'MODEL_CALL_REFUSED' && REFUSED_FORM.test(error.message);
}

function isMissing(error: unknown): boolean {
  return AirworthyError.is(error) && error.code === 'RECORDING_MISSING';
}

function answerText(body: unknown): string {
  const read = ChatAnswer.safeParse(body);
  if (!read.success) {
    throw new NoVerdict('error', 'judge-no-answer', 'the judge’s endpoint gave no chat completion');
  }
  const { finish_reason, message } = read.data.choices[0];
  if (message.refusal)
    throw new NoVerdict('error', 'judge-refused', `the judge declined: ${message.refusal}`);
  if (finish_reason === 'length') {
    throw new NoVerdict('error', 'judge-cut-off', 'the judge’s answer was cut off: raise max_tokens');
  }
  return message.content ?? '';
}

/** All of the text must be one JSON object of the form; a single code fence around it is no prose. */
export function readVerdict<Answer>(text: string, form: z.ZodType<Answer>): Answer {
  const bare = text.trim();
  const json = /^```(?:json)?\s*\n([\s\S]*?)\n?```$/.exec(bare)?.[1].trim() ?? bare;
  const value = parseJson(json);
  if (value === undefined) {
    const prose = !json.startsWith('{');
    const shown = JSON.stringify(json.slice(0, 80));
    throw prose
      ? new NoVerdict('error', 'judge-prose', `the judge answered in prose: ${shown}`)
      : new NoVerdict('error', 'judge-invalid-json', `the judge’s answer is no JSON: ${shown}`);
  }
  const read = form.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const at = z.core.toDotPath(issue.path);
  const outOfRange = issue.code === 'too_big' || issue.code === 'too_small' || issue.code === 'invalid_value';
  throw new NoVerdict(
    'error',
    outOfRange ? 'judge-out-of-range' : 'judge-wrong-form',
    `the judge’s answer has not the form asked for: ${at === '' ? '' : `${at}: `}${issue.message}`,
  );
}
