import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, type TestContext, test } from 'node:test';
import { Ajv } from 'ajv';
import { type ServedServices, serveServices } from './served-services.ts';

/**
 * Real clients of the Open Inference Protocol, unchanged, against a server of ours: `pip install tritonclient[all]
 * kserve grpcio-tools`, and `pip install --no-deps mlserver` for the OpenAPI document of the protocol that its wheel has.
 */
const PYTHON = process.env.AIRWORTHY_TEST_SERVING_PYTHON;
const CLIENTS = join(import.meta.dirname, '../clients');
const PROTO = join(import.meta.dirname, '../../proto');
const skip = PYTHON ? false : 'AIRWORTHY_TEST_SERVING_PYTHON names no Python';

describe('Open Inference Protocol: real clients', { skip }, () => {
  let served: ServedServices;
  before(async () => {
    served = await serveServices();
  });
  after(() => served[Symbol.asyncDispose]());

  for (const program of ['oip_triton', 'oip_kserve', 'oip_stubs'])
    test(program, (context) => runCases(context, program, served));

  test('every answer is of the published document’s schema', async () => {
    const documents = openApiDocuments();
    assert.ok(documents.length > 0, 'mlserver is not installed: `pip install --no-deps mlserver`');
    const validate = answerChecks(documents);
    const url = `http://127.0.0.1:${served.httpPort}`;
    const row = { datatype: 'INT32', shape: [1, 16], data: new Array(16).fill(2) };
    const inputs = [
      { name: 'INPUT0', ...row },
      { name: 'INPUT1', ...row },
    ];
    const asked: [method: string, path: string, template: string, body?: object][] = [
      ['GET', '/v2', '/v2'],
      ...['simple', 'flight-delays', 'echo', 'chat', 'nothing'].flatMap(
        (name): [string, string, string][] => [
          ['GET', `/v2/models/${name}`, '/v2/models/{model_name}'],
          ['GET', `/v2/models/${name}/versions/1`, '/v2/models/{model_name}/versions/{model_version}'],
        ],
      ),
      ['POST', '/v2/models/simple/infer', '/v2/models/{model_name}/infer', { inputs }],
      ['POST', '/v2/models/simple/infer', '/v2/models/{model_name}/infer', { id: 'a', inputs: [] }],
      ['POST', '/v2/models/nothing/infer', '/v2/models/{model_name}/infer', { inputs }],
      [
        'POST',
        '/v2/models/simple/versions/1/infer',
        '/v2/models/{model_name}/versions/{model_version}/infer',
        { inputs },
      ],
      ['POST', '/v2/repository/index', '/v2/repository/index', {}],
      ['POST', '/v2/repository/models/nothing/load', '/v2/repository/models/{model_name}/load', {}],
    ];
    for (const [method, path, template, body] of asked) {
      const sent =
        body === undefined
          ? {}
          : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
      const answer = await fetch(`${url}${path}`, { method, ...sent });
      validate(method, template, answer.status, await answer.json());
    }
  });

  test('generate: the whole text, and piece by piece', async () => {
    const ask = (path: string, body: object) =>
      fetch(`http://127.0.0.1:${served.httpPort}/v2/models/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    const whole = await ask('chat/generate', { id: 'g', text_input: 'Who are you?' });
    const { text_output, model_name, model_version, id } = (await whole.json()) as Record<string, unknown>;
    assert.deepEqual([text_output, model_name, model_version, id], ['I am stub', 'chat', '1', 'g']);
    const stream = await ask('chat/versions/1/generate_stream', { text_input: 'Who are you?' });
    assert.match(String(stream.headers.get('content-type')), /^text\/event-stream/);
    const events = (await stream.text())
      .split('\n\n')
      .filter(Boolean)
      .map((event) => JSON.parse(event.replace(/^data: /, '')));
    assert.equal(events.map((event) => event.text_output).join(''), 'I am stub');
    assert.deepEqual(
      events.map((event) => event.done),
      [...new Array(events.length - 1).fill(false), true],
    );
    const refused = await ask('simple/generate', { text_input: 'Who?' });
    assert.equal(refused.status, 400);
    assert.match(await refused.text(), /takes no text/);
    assert.equal((await ask('chat/generate', { text: 'Who?' })).status, 400);
  });
});

interface Told {
  case?: string;
  outcome?: string;
  why?: string;
}

/** Each line that the program prints is a case. */
async function runCases(
  context: TestContext,
  program: string,
  { httpPort, grpcPort }: ServedServices,
): Promise<void> {
  const words = [join(CLIENTS, `${program}.py`), String(httpPort), String(grpcPort), PROTO];
  const child = spawn(String(PYTHON), words, {
    cwd: CLIENTS,
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let complaints = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaints = `${complaints}${chunk}`.slice(-4_000);
  });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  let cases = 0;
  for await (const line of createInterface(child.stdout)) {
    if (!line.startsWith('{')) continue;
    const { case: name, outcome, why } = JSON.parse(line) as Told;
    if (name === undefined) continue;
    cases += 1;
    await context.test(name, () => assert.equal(outcome, 'passed', why));
  }
  assert.equal(await ended, 0, complaints);
  assert.ok(cases > 0, complaints);
}

interface Document {
  paths: Record<
    string,
    Record<string, { responses: Record<string, { content?: Record<string, { schema: object }> }> }>
  >;
  components: { schemas: Record<string, object> };
}

function openApiDocuments(): Document[] {
  const find =
    "import importlib.util as u; s = u.find_spec('mlserver'); print(s.submodule_search_locations[0] if s else '')";
  const folder = execFileSync(String(PYTHON), ['-c', find], { encoding: 'utf8' }).trim();
  return ['dataplane', 'model_repository']
    .map((name) => join(folder, 'rest/openapi', `${name}.json`))
    .filter((path) => existsSync(path))
    .map((path) => JSON.parse(readFileSync(path, 'utf8')));
}

/** Checks an answer by the schema that the documents have for its address and status. */
function answerChecks(documents: readonly Document[]) {
  const ajv = new Ajv({ strict: false });
  for (const [index, document] of documents.entries()) {
    // `bytes` is no type of JSON Schema; binary tensors are not JSON.
    if ('TensorData' in document.components.schemas)
      document.components.schemas.TensorData = { type: 'array' };
    ajv.addSchema(document, `http://documents/${index}`);
  }
  return (method: string, template: string, status: number, answer: unknown) => {
    const index = documents.findIndex(({ paths }) => template in paths);
    const { responses } = documents[index].paths[template][method.toLowerCase()];
    const { content } = responses[status] ?? responses['400'];
    assert.ok(content, `${method} ${template} ${status} is not in the document`);
    const [{ schema }] = Object.values(content);
    const check = ajv.compile(withBase(schema, `http://documents/${index}`));
    assert.ok(check(answer), `${method} ${template} ${status}: ${JSON.stringify([check.errors, answer])}`);
  };
}

/** References into a document, from outside it. */
function withBase(schema: object, document: string): object {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/', `"${document}#/`));
}
