import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { startServer, type TestServer } from '../testing/start-server.ts';

const HTML = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
const INDEX = '<!doctype html><title>pages</title>';

describe('the built pages', () => {
  let folder: string;
  let running: TestServer;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'airworthy-pages-'));
    mkdirSync(join(folder, 'dist-ui', 'assets'), { recursive: true });
    const built = join(folder, 'dist-ui');
    writeFileSync(join(folder, 'secret.txt'), 'secret');
    writeFileSync(join(built, 'index.html'), INDEX);
    writeFileSync(join(built, 'favicon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
    writeFileSync(join(built, 'assets', 'index-abc123.js'), 'console.log(1);'.repeat(100));
    writeFileSync(join(built, 'assets', 'a b-1.css'), 'body{}');
    writeFileSync(join(built, 'assets', 'a b-1.css.gz'), gzipSync('body{} /* made by the build */'));
    running = await startServer({ empty: true, pagesFolder: built });
  });
  after(async () => {
    await running[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  test('every address that is no file is a page of theirs, for browsers', async () => {
    for (const path of ['/', '/models/flights/3', '/alerts?tier=page', '/improvements/']) {
      const { status, text, headers } = await running.send('GET', path, undefined, HTML);
      assert.deepEqual([status, text], [200, INDEX], path);
      assert.equal(headers['cache-control'], 'no-cache');
      assert.match(
        String(headers['content-security-policy']),
        /^default-src 'self'; .*frame-ancestors 'none'/,
      );
      assert.equal(headers['x-content-type-options'], 'nosniff');
      assert.equal(headers['x-frame-options'], 'DENY');
    }
    assert.equal((await running.send('HEAD', '/models', undefined, HTML)).status, 200);
  });

  test('programs, other doors, lost assets and other methods get a typed error', async () => {
    const cases: [method: string, path: string, headers: Record<string, string>][] = [
      ['GET', '/models', { accept: 'application/json' }],
      ['GET', '/models', {}],
      ['GET', '/api/v1/nothing', HTML],
      ['GET', '/predict/flights', HTML],
      ['GET', '/assets/index-old.js', HTML],
      ['POST', '/models', HTML],
    ];
    for (const [method, path, headers] of cases) {
      const answer = await running.send(method, path, undefined, headers);
      assert.equal(answer.status, 404, `${method} ${path}`);
      assert.equal((answer.json().error as { code: string }).code, 'ROUTE_NOT_FOUND');
    }
  });

  test('assets are kept for ever, sent compressed where asked for, and not sent twice', async () => {
    const path = '/assets/index-abc123.js';
    const plain = await running.send('GET', path);
    assert.equal(plain.headers['cache-control'], 'public, max-age=31536000, immutable');
    assert.equal(plain.headers['content-type'], 'text/javascript; charset=utf-8');
    assert.equal(plain.headers['content-encoding'], undefined);
    const zipped = await running.sendRaw(path, { 'accept-encoding': 'br, gzip;q=0.8' });
    assert.equal(zipped.headers['content-encoding'], 'gzip');
    assert.equal(gunzipSync(zipped.body).toString(), plain.text);
    const refused = await running.send('GET', path, undefined, { 'accept-encoding': 'gzip;q=0' });
    assert.equal(refused.headers['content-encoding'], undefined);
    const etag = String(plain.headers.etag);
    const again = await running.send('GET', path, undefined, { 'if-none-match': etag });
    assert.deepEqual([again.status, again.text], [304, '']);
  });

  test('what the build compressed is sent as it is; names are decoded once', async () => {
    const zipped = await running.sendRaw('/assets/a%20b-1.css', { 'accept-encoding': 'gzip' });
    assert.equal(gunzipSync(zipped.body).toString(), 'body{} /* made by the build */');
    assert.equal((await running.send('GET', '/assets/a%2520b-1.css')).status, 404);
  });

  test('property: no path leads out of the build', async () => {
    const parts = fc.constantFrom(
      '..',
      '%2e%2e',
      '%252e%252e',
      '.',
      '/',
      '%2f',
      '%5c',
      '\\',
      'assets',
      'secret.txt',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(parts, { minLength: 1, maxLength: 8 }), async (chosen) => {
        const { text } = await running.send('GET', `/${chosen.join('/')}`, undefined, HTML);
        assert.ok(!text.includes('secret\n') && text !== 'secret', chosen.join('/'));
      }),
      { numRuns: 200 },
    );
  });

  test('a new build is served without a restart', async () => {
    const built = join(folder, 'dist-ui');
    await new Promise((settle) => setTimeout(settle, 10));
    writeFileSync(join(built, 'assets', 'index-def456.js'), 'new');
    writeFileSync(join(built, 'index.html'), `${INDEX}2`);
    assert.equal((await running.send('GET', '/', undefined, HTML)).text, `${INDEX}2`);
    assert.equal((await running.send('GET', '/assets/index-def456.js')).text, 'new');
  });
});

test('without a build a page says how to make one, and the API works', async () => {
  await using running = await startServer({ empty: true, pagesFolder: '/nowhere/dist-ui' });
  const { status, text } = await running.send('GET', '/', undefined, HTML);
  assert.equal(status, 404);
  assert.match(text, /npm run build:ui/);
  assert.equal((await running.send('GET', '/api/v1/overview')).status, 200);
});

describe('signing in', () => {
  const token = 'correct horse battery staple';
  const form = (fields: Record<string, string>) => new URLSearchParams(fields).toString();
  const FORM = { 'content-type': 'application/x-www-form-urlencoded', ...HTML };

  test('a browser without the token is led to the form, shows the token once, and goes on', async () => {
    await using running = await startServer({ token });
    const led = await running.send('GET', '/models/a?x=1', undefined, HTML);
    assert.deepEqual([led.status, led.headers.location], [303, '/sign-in?to=%2Fmodels%2Fa%3Fx%3D1']);
    const page = await running.send('GET', String(led.headers.location), undefined, HTML);
    assert.equal(page.status, 200);
    assert.match(page.text, /name="to" value="\/models\/a\?x=1"/);
    const wrong = await running.send('POST', '/sign-in', form({ token: 'guess', to: '/' }), FORM);
    assert.deepEqual([wrong.status, wrong.headers['set-cookie']], [401, undefined]);
    const right = await running.send('POST', '/sign-in', form({ token, to: '/models/a' }), FORM);
    assert.deepEqual([right.status, right.headers.location], [303, '/models/a']);
    const [set] = right.headers['set-cookie'] as string[];
    assert.match(set, /; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Strict$/);
    assert.ok(!set.includes(token));
    const cookie = set.split(';', 1)[0];
    assert.equal((await running.send('GET', '/api/v1/overview', undefined, { cookie })).status, 200);
    assert.equal(
      (await running.send('GET', '/api/v1/overview', undefined, { cookie: `${cookie}x` })).status,
      401,
    );
  });

  test('the cookie of one token opens no server with another, and no page of another origin may use it', async () => {
    await using running = await startServer({ token });
    const right = await running.send('POST', '/sign-in', form({ token }), FORM);
    const cookie = String(right.headers['set-cookie']).split(';', 1)[0];
    await using other = await startServer({ token: 'another' });
    assert.equal((await other.send('GET', '/api/v1/status', undefined, { cookie })).status, 401);
    const path = '/api/v1/endpoints/flight-delays/deploy';
    const headers = { cookie, origin: 'http://evil.example' };
    const answer = await running.send('POST', path, {}, headers);
    assert.equal((answer.json().error as { code: string }).code, 'ORIGIN_REFUSED');
    const forged = await running.send('POST', '/sign-in', form({ token }), {
      ...FORM,
      origin: 'http://evil.example',
    });
    assert.equal(forged.status, 403);
  });

  test('it never leads to another site, and no text of the address is taken as HTML', async () => {
    await using running = await startServer({ token });
    for (const to of ['//evil.example', 'https://evil.example', '/\\evil.example', '']) {
      const { headers } = await running.send('POST', '/sign-in', form({ token, to }), FORM);
      assert.equal(headers.location, '/', to);
    }
    const to = encodeURIComponent('/"><script>alert(1)</script>');
    const { text } = await running.send('GET', `/sign-in?to=${to}`, undefined, HTML);
    assert.ok(!text.includes('<script>'));
  });

  test('programs are asked for a bearer token, commands for no cookie; without a token there is no form', async () => {
    await using running = await startServer({ token });
    assert.equal((await running.send('GET', '/', undefined, { accept: '*/*' })).status, 401);
    assert.equal((await running.send('GET', '/api/v1/status', undefined, HTML)).status, 401);
    const bearer = { ...HTML, authorization: 'Bearer wrong' };
    assert.equal((await running.send('GET', '/', undefined, bearer)).status, 401);
    await using open = await startServer({ empty: true });
    assert.equal((await open.send('POST', '/sign-in', form({ token }), FORM)).status, 404);
  });
});
