import { z } from 'zod';
import { listErasures } from '../../lifecycle/forgetting/erasure-rows.ts';
import { forgetSubject } from '../../lifecycle/forgetting/forget-subject.ts';
import { readReceipt, verifyReceipt } from '../../lifecycle/forgetting/receipt.ts';
import { Erasure, ErasureItem, ForgetInput, ReceiptCheck } from '../../lifecycle/forgetting/schema.ts';
import { type Operation, operation } from './operation.ts';
import { paging, readNumberCursor, toPage } from './query.ts';
import { pageOf } from './schema.ts';

const Params = z.strictObject({
  erasure: z.string().regex(/^[0-9a-f]{32}$/, 'an erasure’s id is 32 hex characters'),
});

const forget = operation({
  method: 'POST',
  path: '/erasures',
  id: 'forgetSubject',
  summary: 'Erases a person from everything on record, and answers with the signed receipt’s report.',
  body: ForgetInput,
  answer: Erasure,
  run: ({ context, project, endpoints, gateway }, { body }) =>
    forgetSubject(context, project, body, {
      async settle() {
        await endpoints.flush();
        await gateway.flush();
        await gateway.forgetAnswers();
      },
    }),
});

const list = operation({
  method: 'GET',
  path: '/erasures',
  id: 'listErasures',
  summary: 'Erasures, newest first; whose they were is on no record.',
  query: z.strictObject(paging),
  answer: pageOf(ErasureItem),
  async run({ context }, { query: { limit, after } }) {
    const found = await listErasures(context, { before: readNumberCursor(after), limit: limit + 1 });
    return toPage(found, limit, ({ startedAt }) => startedAt);
  },
});

const show = operation({
  method: 'GET',
  path: '/erasures/:erasure',
  id: 'getErasure',
  summary: 'The report of an erasure, read from its signed receipt, which is checked.',
  params: Params,
  answer: ReceiptCheck,
  run: async ({ context }, { params }) => verifyReceipt(context, await readReceipt(context, params.erasure)),
});

const receipt = operation({
  method: 'GET',
  path: '/erasures/:erasure/receipt',
  id: 'getErasureReceipt',
  summary: 'The receipt of an erasure as it was signed: an in-toto statement in a DSSE envelope.',
  params: Params,
  answer: z.looseObject({ payload: z.string(), payloadType: z.string() }),
  run: async ({ context }, { params }) =>
    JSON.parse((await readReceipt(context, params.erasure)).toString('utf8')),
});

export const ERASURE_OPERATIONS: readonly Operation[] = [forget, list, show, receipt];
