import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';
import { AirworthyError } from '../../kernel/errors.ts';
import { parseJson } from '../../kernel/parse-json.ts';
import { type CallPath, type GatewayRequest, readFormField } from '../../serving/index.ts';

const Model = z.string().min(1).max(500);

/** What the gateway itself reads of a request; everything else is the provider's to judge. */
const FORMS: Partial<Record<CallPath, z.ZodType>> = {
  'chat/completions': z.looseObject({
    model: Model,
    messages: z.array(z.looseObject({ role: z.string() })).min(1),
    stream: z.boolean().nullish(),
    user: z.string().max(1_000).nullish(),
    metadata: z.record(z.string(), z.unknown()).nullish(),
  }),
  embeddings: z.looseObject({ model: Model, input: z.union([z.string(), z.array(z.unknown())]) }),
  'audio/speech': z.looseObject({ model: Model, input: z.string() }),
};
const AnyForm = z.looseObject({ model: Model });

/**
 * A call to a model as it was sent.
 *
 * @throws GATEWAY_REQUEST_INVALID with the first member that is wrong
 */
export function readCallRequest(path: CallPath, headers: IncomingHttpHeaders, sent: unknown): GatewayRequest {
  const bytes = Buffer.isBuffer(sent) ? sent : Buffer.alloc(0);
  const contentType = headers['content-type'] ?? 'application/json';
  if (contentType.startsWith('multipart/form-data')) {
    const model = readFormField(bytes, 'model');
    if (model) return { path, model, body: undefined, bytes, contentType };
    throw invalid('the form has no field "model"', 'model');
  }
  const body = parseJson(bytes.toString('utf8'));
  const read = (FORMS[path] ?? AnyForm).safeParse(body);
  if (!read.success) {
    const [{ path: at, message }] = read.error.issues;
    const param = at.join('.');
    throw invalid(param === '' ? `the body is no JSON object: ${message}` : `${param}: ${message}`, param);
  }
  const asked = read.data as Record<string, unknown> & { model: string };
  if (asked.stream !== true && asked.stream_options !== undefined && asked.stream_options !== null)
    throw invalid('stream_options: only with "stream": true', 'stream_options');
  return { path, model: asked.model, body: asked, bytes, contentType };
}

function invalid(message: string, param: string): AirworthyError {
  return new AirworthyError('GATEWAY_REQUEST_INVALID', { message, ...(param === '' ? {} : { at: param }) });
}
