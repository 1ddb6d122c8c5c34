import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { testContext } from '../../../test/test-context.ts';
import { createLogger } from '../../kernel/logger.ts';
import { readWholeTrace } from '../../tracking/index.ts';
import type { RequestFigures } from '../statistics/request-figures.ts';
import { createRequestLog } from './request-log.ts';
import { isSampled } from './request-span.ts';
import { createRequestTracer } from './request-tracer.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';

function figures(changes: Partial<RequestFigures> = {}): RequestFigures {
  const release = { endpoint: 'flights', model: 'flights', version: 3, arm: 'champion' };
  const times = { queueUs: 100, inputUs: 10, inferUs: 200, totalUs: 400.5 };
  const ids = { traceId: TRACE, parentSpanId: null };
  const at = Date.UTC(2001, 1, 1);
  return {
    ...release,
    ...ids,
    outcome: 'answered',
    code: null,
    records: 2,
    batch: 8,
    ...times,
    stages: [],
    at,
    ...changes,
  };
}

test('a request is the root span of its prediction’s trace; sent again, it is the same span', async () => {
  await using context = testContext();
  const tracer = createRequestTracer(context, { sample: 1 });
  tracer.count(figures());
  tracer.count(figures());
  await tracer.close();
  const spans = await readWholeTrace(context, TRACE);
  assert.deepEqual(
    spans.map(({ name }) => name),
    ['predict flights'],
  );
});

test('the stages that a release went through are spans below the request, whatever becomes of them', async () => {
  await using context = testContext();
  const tracer = createRequestTracer(context, { sample: 1 });
  const startedUs = Date.UTC(2001, 1, 1) * 1_000;
  const stage = { startedUs, endedUs: startedUs + 250, attributes: { words: 4 } };
  const stages = [
    [
      { ...stage, name: 'plan', parent: null },
      { ...stage, name: 'model', parent: 0, error: 'Error: no such word' },
    ],
  ];
  tracer.count(figures({ stages, records: 1 }));
  await tracer.close();
  const spans = await readWholeTrace(context, TRACE);
  const [request, plan, model] = ['predict flights', 'plan', 'model'].map(
    (name) => spans.find((span) => span.name === name)!,
  );
  assert.deepEqual([plan.parent, plan.attributes.words], [request.id, 4]);
  assert.deepEqual(
    [model.parent, model.status, model.statusMessage],
    [plan.id, 'error', 'Error: no such word'],
  );
});

test('spans go to an exporter in batches; while it refuses they wait', async () => {
  await using context = testContext();
  const bodies: { resourceSpans: { scopeSpans: { spans: Record<string, unknown>[] }[] }[] }[] = [];
  let status = 503;
  const collector = createServer(async (request, response) => {
    const body = JSON.parse(Buffer.concat(await request.toArray()).toString('utf8'));
    if (status === 200) bodies.push(body);
    response.writeHead(status).end();
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => collector.once('listening', resolve));
  const exporter = `http://127.0.0.1:${(collector.address() as AddressInfo).port}/v1/traces`;
  const tracer = createRequestTracer(context, { sample: 1, exporter });
  for (let request = 0; request < 600; request++)
    tracer.count(
      figures({ traceId: request.toString(16).padStart(32, 'a'), parentSpanId: '00f067aa0ba902b7' }),
    );
  await tracer.flush();
  assert.equal(bodies.length, 0);
  status = 200;
  await tracer.close();
  collector.close();
  const spans = bodies.map(({ resourceSpans: [{ scopeSpans }] }) => scopeSpans[0].spans);
  assert.deepEqual(
    spans.map((batch) => batch.length),
    [500, 100],
  );
  const [{ parentSpanId, kind, startTimeUnixNano, endTimeUnixNano }] = spans[0];
  assert.deepEqual([parentSpanId, kind], ['00f067aa0ba902b7', 2]);
  assert.equal(BigInt(String(endTimeUnixNano)) - BigInt(String(startTimeUnixNano)), 400_500n);
});

test('a share of the traces is kept, the same ones everywhere', () => {
  const ids = Array.from({ length: 2_000 }, () => crypto.randomUUID().replaceAll('-', ''));
  const kept = ids.filter((id) => isSampled(id, 0.25));
  assert.ok(Math.abs(kept.length - 500) < 100, `${kept.length}`);
  assert.ok(kept.every((id) => isSampled(id, 0.5)));
});

test('the log has a line a request, with the prediction it is about', () => {
  const written: string[] = [];
  const log = createLogger('warn', (line) => written.push(line));
  const failures = createRequestLog(log, { requests: 'failures' });
  failures?.count(figures());
  failures?.count(figures({ outcome: 'shed', code: 'OVERLOADED' }));
  failures?.count(figures({ outcome: 'refused', code: 'RECORD_INVALID' }));
  const lines = written.map((line) => JSON.parse(line));
  assert.deepEqual(
    lines.map(({ level, code, prediction, ms }) => [level, code, prediction, ms]),
    [
      [40, 'OVERLOADED', TRACE, 0.401],
      [30, 'RECORD_INVALID', TRACE, 0.401],
    ],
  );
  createRequestLog(log, { requests: 'all' })?.count(figures());
  assert.equal(written.length, 3);
  assert.equal(createRequestLog(log, { requests: 'none' }), undefined);
});
