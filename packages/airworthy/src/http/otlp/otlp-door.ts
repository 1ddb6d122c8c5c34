import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AirworthyError } from '../../kernel/errors.ts';
import { ingestSpans, RunId } from '../../tracking/index.ts';
import type { DoorDependencies } from '../door.ts';
import { inflateBody, isKnownEncoding } from '../inflate-body.ts';
import { toRequestError } from '../send-error.ts';
import { decodeJson } from './decode-json.ts';
import { decodeProtobuf } from './decode-protobuf.ts';
import { CONTENT_TYPES, exportAnswer, type OtlpForm, statusAnswer } from './otlp-answer.ts';

/** Traces compress ten to one and better. */
const INFLATED_FACTOR = 8;
const PATH = '/v1/traces';

/**
 * OTLP over HTTP: `POST /v1/traces` in protobuf or JSON, compressed or not. A span that cannot be kept is rejected by
 * itself (partial success); a request that cannot be read is answered 400 with a google.rpc.Status. Answers are in the
 * form of the request.
 */
export function otlpDoor(server: FastifyInstance, dependencies: DoorDependencies): void {
  server.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, async (_request: unknown, body: Buffer) => body);
    scope.setErrorHandler((thrown, request, reply) => {
      const { status, message } = toRequestError(thrown, request, dependencies.context.log);
      if (status === 503) reply.header('retry-after', 1);
      const form = formOf(request) ?? 'json';
      return answer(reply.status(status), form, statusAnswer(form, status, message));
    });
    scope.post(PATH, { config: { takesEncodings: true } }, (request, reply) =>
      takeSpans(dependencies, request, reply),
    );
  });
}

async function takeSpans(
  { context, config, project }: DoorDependencies,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const form = requireForm(request);
  const encoding = readEncoding(request);
  const most = config.limits.bodyBytes * INFLATED_FACTOR;
  const sent = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const body = await inflateBody(sent, encoding, { most, malformed: 'TRACES_MALFORMED' });
  const spans = form === 'json' ? decodeJson(body) : decodeProtobuf(body);
  const { rejected } = await ingestSpans(context, spans, {
    ...addressOf(request),
    config: project.config.tracking.traces,
  });
  return answer(reply, form, exportAnswer(form, rejected));
}

function answer(reply: FastifyReply, form: OtlpForm, body: Buffer | string): FastifyReply {
  return reply.header('content-type', CONTENT_TYPES[form]).send(body);
}

function formOf({ headers }: FastifyRequest): OtlpForm | undefined {
  const type = headers['content-type']?.split(';', 1)[0].trim().toLowerCase();
  if (type === 'application/json') return 'json';
  return type === 'application/x-protobuf' || type === 'application/protobuf' ? 'protobuf' : undefined;
}

function requireForm(request: FastifyRequest): OtlpForm {
  const form = formOf(request);
  if (form !== undefined) return form;
  throw new AirworthyError('MEDIA_TYPE_UNSUPPORTED', {
    message: `"${request.headers['content-type']?.slice(0, 100) ?? ''}" is neither application/x-protobuf nor application/json`,
    remedy: 'Send traces as application/x-protobuf or application/json.',
  });
}

function readEncoding({ headers }: FastifyRequest): string | undefined {
  const encoding = headers['content-encoding']?.trim().toLowerCase();
  if (isKnownEncoding(encoding)) return encoding;
  throw new AirworthyError('MEDIA_TYPE_UNSUPPORTED', {
    message: `content-encoding "${encoding?.slice(0, 50)}" is not taken here`,
    remedy: 'Send traces uncompressed, or compressed by gzip or deflate.',
  });
}

/** MLflow’s clients say in headers where spans go. */
function addressOf({ headers }: FastifyRequest): { experiment?: number; run?: string } {
  const experiment = headers['x-mlflow-experiment-id'];
  const run = headers['x-mlflow-run-id'];
  return {
    ...(experiment === undefined || experiment === ''
      ? {}
      : { experiment: experimentNumber(String(experiment)) }),
    ...(run !== undefined && RunId.safeParse(run).success ? { run: String(run) } : {}),
  };
}

function experimentNumber(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new AirworthyError('EXPERIMENT_NOT_FOUND', {
    message: `"${text.slice(0, 100)}" in x-mlflow-experiment-id is no experiment’s number`,
    facts: { number: text.slice(0, 100) },
  });
}
