import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import {
  abortUpload,
  beginUpload,
  completeUpload,
  locateArtifact,
  putUploadPart,
  requireArtifactPath,
} from '../../tracking/index.ts';
import { bytesOf, readWhole, STREAMED } from '../artifacts/receive-bytes.ts';
import type { DoorDependencies } from '../door.ts';
import { MlflowError } from './mlflow-error.ts';
import { parseBody } from './parse-body.ts';
import { refuseParameter } from './rpc.ts';
import { isTraceFile } from './trace-file.ts';
import { int64, list, message, requiredText } from './wire.ts';

/** Ten thousand parts, each with its address and digest, are 3 MB. */
const BODY_BYTES = 8 * 1024 * 1024;

/** By these words clients know to try the other way. */
const NOT_IN_PARTS = 'Multipart upload is not supported for the current artifact repository';

const Begin = message({ path: requiredText, num_parts: int64.pipe(z.int().min(1).max(10_000)) });
const Complete = message({
  upload_id: requiredText,
  parts: list(message({ part_number: int64, etag: requiredText })),
});
const Abort = message({ upload_id: requiredText });

/**
 * Uploads in parts, as MLflow's clients do them with an object store; the store is us. In a scope whose bodies are not
 * read before the handler.
 */
export function multipartRoutes(scope: FastifyInstance, { context }: DoorDependencies, base: string): void {
  scope.post(`${base}/mpu/create/*`, async (request) => {
    const { path, num_parts } = await readMessage(request, Begin);
    const folder = requireArtifactPath((request.params as { '*': string })['*']);
    const location = locateArtifact(`${folder}/${baseName(path)}`);
    // Parts are kept as they come, which the spans of a trace must not be; clients then send the file whole.
    if (isTraceFile(location)) throw new MlflowError('INVALID_PARAMETER_VALUE', NOT_IN_PARTS);
    const upload = await beginUpload(context, location);
    return {
      upload_id: upload,
      credentials: credentialsOf(request, `${base}/mpu/parts/${upload}`, num_parts),
    };
  });
  scope.route({
    method: 'PUT',
    url: `${base}/mpu/parts/:upload/:part`,
    ...STREAMED,
    handler: async (request, reply) => {
      const { upload, part } = request.params as { upload: string; part: string };
      const { etag } = await putUploadPart(context, upload, Number(part), bytesOf(request));
      return reply.header('etag', `"${etag}"`).send({});
    },
  });
  scope.post(`${base}/mpu/complete/*`, async (request) => {
    const { upload_id, parts } = await readMessage(request, Complete);
    const named = parts.map(({ part_number, etag }) => ({
      number: part_number,
      etag: etag.replace(/^"(.*)"$/, '$1'),
    }));
    await completeUpload(context, upload_id, named);
    return {};
  });
  scope.post(`${base}/mpu/abort/*`, async (request) => {
    const { upload_id } = await readMessage(request, Abort);
    await abortUpload(context, upload_id);
    return {};
  });
}

/** Clients name the file as it is on their own disk, whichever system that has; the address names the folder. */
function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}

/** Clients send the parts without their own credentials, so they are told to bring along what they came with. */
function credentialsOf(request: FastifyRequest, path: string, parts: number) {
  const { authorization, host } = request.headers;
  const headers = authorization === undefined ? {} : { headers: { Authorization: authorization } };
  return Array.from({ length: parts }, (_, index) => ({
    url: `${request.protocol}://${host}${path}/${index + 1}`,
    part_number: index + 1,
    ...headers,
  }));
}

async function readMessage<Message extends z.ZodType>(
  request: FastifyRequest,
  schema: Message,
): Promise<z.output<Message>> {
  const fields = parseBody(await readWhole(bytesOf(request), BODY_BYTES));
  const parsed = schema.safeParse(fields);
  if (parsed.success) return parsed.data;
  throw refuseParameter(parsed.error.issues[0], fields);
}
