import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isFromHere } from '../server/is-from-here.ts';
import { collectSamples } from './join-samples.ts';
import { judgeSound } from './judge-sound.ts';
import { readWav } from './read-wav.ts';
import { SoundError } from './sound-error.ts';
import { SAMPLE_RATE, type Speaker, type Transcriber } from './speech.ts';
import { SpeechError } from './speech-error.ts';
import { transcribe } from './transcribe.ts';
import { writeWav } from './write-wav.ts';

export interface SpeechServer {
  /** What OpenAI's clients take: `http://127.0.0.1:PORT/v1`. */
  baseUrl: string;
  close(): Promise<void>;
}

export interface SpeechServerOptions {
  transcriber: Transcriber;
  speaker: Speaker;
  /** Any free one where absent. */
  port?: number;
}

/** A minute of sound at 48 kHz on two channels, with what belongs to the form. */
const MOST_BYTES = 12_000_000;

/** OpenAI's `/v1/audio/transcriptions` and `/v1/audio/speech` over what recognises and speaks here, for this machine only. */
export async function serveSpeech({ port = 0, ...parts }: SpeechServerOptions): Promise<SpeechServer> {
  const server = createServer((request, response) => {
    answer(parts, request, response).catch((error: unknown) => refuse(response, error));
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

type Parts = Pick<SpeechServerOptions, 'transcriber' | 'speaker'>;

/** A request that is refused, in the words of OpenAI's errors. */
class RequestError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

async function answer(parts: Parts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const [path] = (request.url ?? '/').split('?');
  const asked = `${request.method} ${path}`;
  if (!isFromHere(request))
    throw new RequestError(403, 'forbidden', 'only programs on this machine are answered');
  if (asked === 'POST /v1/audio/transcriptions') return hear(parts, request, response, gone.signal);
  if (asked === 'POST /v1/audio/speech') return speak(parts, request, response, gone.signal);
  throw new RequestError(
    404,
    'not_found',
    `${asked} is not served; POST to /v1/audio/transcriptions or /v1/audio/speech`,
  );
}

async function hear(
  { transcriber }: Parts,
  request: IncomingMessage,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  const form = await readForm(request);
  const file = form.get('file');
  if (!(file instanceof Blob)) throw new RequestError(400, 'missing_file', 'the form has no field `file`');
  const format = form.get('response_format') ?? 'json';
  if (format !== 'json' && format !== 'verbose_json' && format !== 'text')
    throw new RequestError(
      400,
      'unsupported_format',
      `response_format is json, verbose_json or text, not ${format}`,
    );
  const samples = readWav(await file.bytes());
  const { durationMs, problem } = judgeSound(samples);
  const { text, confidence } =
    problem === null ? await transcribe(transcriber, samples, signal) : { text: '', confidence: null };
  if (format === 'text') return void response.setHeader('content-type', 'text/plain').end(`${text}\n`);
  const duration = durationMs / 1_000;
  const segment = { id: 0, seek: 0, start: 0, end: duration, text, ...certainty(confidence) };
  const verbose = {
    task: 'transcribe',
    language: 'english',
    duration,
    segments: text === '' ? [] : [segment],
  };
  reply(response, 200, { text, ...(format === 'verbose_json' ? verbose : {}) });
}

function certainty(confidence: number | null): { avg_logprob?: number } {
  return confidence === null ? {} : { avg_logprob: Math.log(Math.max(1e-6, confidence)) };
}

async function speak(
  { speaker }: Parts,
  request: IncomingMessage,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  const { input, voice, response_format: format = 'wav' } = await readSpeechRequest(request);
  if (typeof input !== 'string' || input.trim() === '')
    throw new RequestError(400, 'missing_input', 'say in `input` what is to be spoken');
  if (format !== 'wav' && format !== 'pcm')
    throw new RequestError(400, 'unsupported_format', `response_format is wav or pcm, not ${String(format)}`);
  const spoken = speaker.speak(input, { signal, ...(typeof voice === 'string' ? { voice } : {}) });
  if (format === 'wav') {
    const wav = writeWav(await collectSamples(spoken));
    return void response.setHeader('content-type', 'audio/wav').end(wav);
  }
  for await (const samples of spoken) {
    if (!response.headersSent) response.writeHead(200, { 'content-type': `audio/pcm; rate=${SAMPLE_RATE}` });
    response.write(new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength));
  }
  response.end();
}

async function readSpeechRequest(request: IncomingMessage): Promise<Record<string, unknown>> {
  try {
    const body: unknown = JSON.parse((await readBody(request)).toString('utf8'));
    if (typeof body === 'object' && body !== null) return body as Record<string, unknown>;
  } catch (error) {
    if (error instanceof RequestError) throw error;
  }
  throw new RequestError(400, 'invalid_json', 'the body is not a JSON object');
}

async function readForm(request: IncomingMessage): Promise<FormData> {
  const body = await readBody(request);
  try {
    return await new Response(new Uint8Array(body), {
      headers: { 'content-type': request.headers['content-type'] ?? '' },
    }).formData();
  } catch {
    throw new RequestError(400, 'invalid_form', 'the body is not a form of multipart/form-data');
  }
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > MOST_BYTES)
      throw new RequestError(413, 'too_large', `at most ${MOST_BYTES / 1e6} MB are taken: cut the recording`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function refuse(response: ServerResponse, error: unknown): void {
  if (response.headersSent) return void response.destroy();
  const { status, code, message } = describe(error);
  const type = status < 500 ? 'invalid_request_error' : 'server_error';
  reply(response, status, { error: { message, type, param: null, code } });
}

function describe(error: unknown): { status: number; code: string; message: string } {
  if (error instanceof RequestError) return error;
  if (error instanceof SoundError) return { status: 400, code: error.code, message: error.message };
  if (!(error instanceof SpeechError)) return { status: 500, code: 'failed', message: 'speech failed' };
  const status = { refused: 400, busy: 429, 'timed-out': 504 }[error.code as string] ?? 503;
  return { status, code: error.code, message: error.message };
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
