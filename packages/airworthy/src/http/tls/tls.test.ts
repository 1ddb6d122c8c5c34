import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { FLIGHT } from '../../serving/testing/write-bundle.ts';
import { makeCertificate, openSession, overHttp1, overHttp2 } from '../testing/secure-client.ts';
import { startServer } from '../testing/start-server.ts';
import { readTlsFiles } from './tls-files.ts';

let folder: string;

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'airworthy-tls-'));
  for (const name of ['first', 'second']) makeCertificate(folder, name);
});
after(() => rmSync(folder, { recursive: true, force: true }));

test('HTTP/1.1 and HTTP/2 answer alike on one port', async () => {
  const tls = { certificate: join(folder, 'first.pem'), key: join(folder, 'first.key') };
  await using running = await startServer({ config: { tls } });
  const agent = new Agent({ keepAlive: true });
  const path = '/predict/flight-delays';
  const http1 = await overHttp1(agent, running.port, path, FLIGHT);
  assert.deepEqual([http1.status, http1.connection, http1.subject], [200, 'keep-alive', 'first']);
  const session = openSession(running.port);
  const http2 = await overHttp2(session, path, FLIGHT);
  assert.equal(http2.status, 200);
  assert.equal(http2.body.probability, http1.body.probability);
  assert.equal((await overHttp2(session, path, {})).status, 400);
  session.close();
  agent.destroy();
});

test('files that are no certificate and its key are refused by name', () => {
  const files = (certificate: string, key: string) => () => readTlsFiles(folder, { certificate, key });
  writeFileSync(join(folder, 'empty.pem'), '');
  assert.throws(files('absent.pem', 'first.key'), {
    code: 'TLS_FILES_INVALID',
    at: 'serving.tls.certificate',
  });
  assert.throws(files('empty.pem', 'first.key'), { code: 'TLS_FILES_INVALID' });
  assert.throws(files('first.pem', 'second.key'), { message: /first.pem and second.key are no certificate/ });
  assert.ok(readTlsFiles(folder, { certificate: 'first.pem', key: 'first.key' }).cert.length > 0);
});
