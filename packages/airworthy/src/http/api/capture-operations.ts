import { z } from 'zod';
import {
  CaptureEnd,
  CaptureLevel,
  CaptureStart,
  deliverJournal,
  FileFact,
  LogChunk,
  LogStream,
  listRunFiles,
  type ReadLog,
  Recorder,
  RunId,
  readCapture,
  readLog,
} from '../../tracking/index.ts';
import { type Operation, operation } from './operation.ts';
import { readNumberCursor, wholeNumber } from './query.ts';

const Params = z.strictObject({ run: RunId });

/** GET /runs/:run/capture */
const CaptureAnswer = z
  .strictObject({
    run: z.string(),
    level: CaptureLevel,
    start: CaptureStart.nullable(),
    end: CaptureEnd.nullable(),
    recorder: Recorder,
    heartbeatAt: z.number(),
  })
  .nullable();
export type CaptureAnswer = z.infer<typeof CaptureAnswer>;

/** GET /runs/:run/log. `next` is where to read on, also at the end of a log that still grows. */
const LogAnswer = z.strictObject({ items: z.array(LogChunk), next: z.string() });
export type LogAnswer = z.infer<typeof LogAnswer>;

/** GET /runs/:run/files */
const RunFilesAnswer = z.strictObject({ items: z.array(FileFact), next: z.null() });
export type RunFilesAnswer = z.infer<typeof RunFilesAnswer>;

const DeliveryAnswer = z.strictObject({ state: z.enum(['unknown', 'open', 'ended']) });

const show = operation({
  method: 'GET',
  path: '/runs/:run/capture',
  id: 'getCapture',
  summary: 'What `airworthy run` recorded around a run’s command; null for a run that was not started by it.',
  params: Params,
  answer: CaptureAnswer,
  run: ({ context }, { params: { run } }) => readCapture(context, run),
});

const log = operation({
  method: 'GET',
  path: '/runs/:run/log',
  id: 'getLog',
  summary: 'What a run’s command printed, in the order it came.',
  params: Params,
  query: z.strictObject({
    after: z.string().max(20).optional().describe('The `next` of the page before.'),
    stream: LogStream.optional(),
    limit: wholeNumber(1, 1_000).default(200),
    tail: z.enum(['true', 'false']).default('false').describe('The last chunks instead of the first.'),
  }),
  answer: LogAnswer,
  async run({ context }, { params: { run }, query: { after, stream, limit, tail } }) {
    const from = readNumberCursor(after);
    const input: ReadLog = {
      limit,
      tail: tail === 'true',
      ...(from === undefined ? {} : { after: from - 1 }),
      ...(stream === undefined ? {} : { stream }),
    };
    const { chunks, next } = await readLog(context, run, input);
    return { items: chunks, next: String(next + 1) };
  },
});

const files = operation({
  method: 'GET',
  path: '/runs/:run/files',
  id: 'listRunFiles',
  summary: 'The files a run’s command read and wrote, with their digests.',
  params: Params,
  answer: RunFilesAnswer,
  run: async ({ context }, { params: { run } }) => ({ items: await listRunFiles(context, run), next: null }),
});

const deliver = operation({
  method: 'POST',
  path: '/runs/:run/capture',
  id: 'deliverCapture',
  summary: 'Brings what a recorder has written beside the store into it; `airworthy run` asks for it.',
  params: Params,
  body: z.strictObject({}),
  answer: DeliveryAnswer,
  run: async ({ context }, { params: { run } }) => ({ state: await deliverJournal(context, run) }),
});

export const CAPTURE_OPERATIONS: readonly Operation[] = [show, log, files, deliver];
