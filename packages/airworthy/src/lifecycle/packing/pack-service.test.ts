import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { testContext } from '../../../test/test-context.ts';
import { readBundleFile, verifyBundle } from '../../registry/index.ts';
import { serveService, serviceFolder } from './testing/service-folder.ts';

const FIELDS = [{ name: 'text', kind: 'category' }];
const SENTIMENT = {
  name: 'sentiment',
  runtime: 'function',
  module: 'sentiment.ts',
  fields: FIELDS,
  task: { kind: 'binary', target: 'friendly', classes: ['false', 'true'] },
  threshold: 0.6,
  golden: [
    { record: { text: 'love' }, output: { label: true, probability: 0.9 } },
    { record: { text: 'meh' } },
  ],
  limits: { memoryMb: 256, timeoutMs: 400 },
};
const CODE = `import { shout } from 'shout';
export async function predict({ text }: { text: string }): Promise<unknown> {
  if (text === 'loop') for (;;);
  if (text === 'exit') process.exit(3);
  if (text === 'throw') throw new TypeError('no such word');
  if (text === 'fetch') return (await fetch('http://127.0.0.1:4400')).status;
  if (text === 'wrong') return { probability: 7 };
  console.log(shout(text));
  return { label: false, probability: text === 'love' ? 0.9 : 0.5 };
}`;

async function sentiment() {
  const folder = serviceFolder();
  await folder.write('node_modules/shout/package.json', '{"name":"shout","version":"1.2.3","main":"i.js"}');
  await folder.write('node_modules/shout/i.js', 'exports.shout = (text) => text.toUpperCase();');
  await folder.write('sentiment.ts', CODE);
  return folder;
}

test('a function is packed with its packages, serves, and what it does wrong stays with the request', async () => {
  await using context = testContext();
  using folder = await sentiment();
  const packed = await folder.pack(context, SENTIMENT);
  assert.deepEqual([packed.model, packed.version, packed.goldenCases], ['sentiment', 1, 2]);
  assert.deepEqual(await folder.pack(context, SENTIMENT), packed);
  const lock = JSON.parse((await readBundleFile(context, packed.bundle, 'lock.json')).toString());
  assert.deepEqual(lock.packages, [{ integrity: null, name: 'shout', version: '1.2.3' }]);
  assert.ok((await readBundleFile(context, packed.bundle, 'sbom.cdx.json')).includes('pkg:npm/shout@1.2.3'));
  assert.equal((await verifyBundle(context, packed.bundle)).ok, true);

  await using endpoints = await serveService(context, packed);
  const ask = async (...texts: string[]) =>
    (
      await endpoints.predict(
        'e',
        texts.map((text) => ({ text })),
      )
    ).predictions;
  // The label follows from the probability and the threshold, whatever the function says.
  assert.deepEqual(await ask('love', 'meh'), [
    { label: true, probability: 0.9 },
    { label: false, probability: 0.5 },
  ]);
  await assert.rejects(ask('throw'), { code: 'RUNTIME_FAILED', message: /TypeError: no such word/ });
  await assert.rejects(ask('wrong'), { code: 'RUNTIME_FAILED', message: /has 7, which is no probability/ });
  await assert.rejects(ask('fetch'), {
    code: 'RUNTIME_FAILED',
    message: /does not let .* connect to 127\.0\.0\.1/,
  });
  await assert.rejects(ask('exit'), { code: 'RUNTIME_DOWN', message: /ended with 3/ });
  assert.equal((await ask('love')).length, 1);
  await assert.rejects(ask('loop'), { code: 'RUNTIME_TIMED_OUT', message: /within 400 ms/ });
  assert.equal((await ask('love')).length, 1);
});

test('a service file is refused by what is wrong with it', async () => {
  await using context = testContext();
  using folder = await sentiment();
  const refused = async (change: object, message: RegExp) =>
    assert.rejects(folder.pack(context, { ...SENTIMENT, ...change }), { code: 'SERVICE_INVALID', message });
  await refused({ module: 'none.ts' }, /there is no module/);
  await refused({ runtime: 'lambda' }, /runtime: Invalid/);
  await refused({ task: undefined }, /give either `task` or `output`/);
  await refused({ tensors: { inputs: [], outputs: [] } }, /tensors\.inputs/);
  await refused({ golden: [] }, /needs a golden case/);
  await refused({ golden: [{ record: { txet: 'x' } }] }, /golden case 0: txet .* did you mean "text"/);
  await refused(
    { golden: [{ record: { text: 'love' }, output: { label: true, probability: 0.8 } }] },
    /golden case 0 is answered with .*0\.9.* the file says .*0\.8/,
  );
  await refused({ golden: '../golden.jsonl' }, /outside the folder/);
  await folder.write('broken.ts', 'export function predict( {');
  await refused({ module: 'broken.ts' }, /broken\.ts:1:\d+/);
  await refused({ task: undefined, output: { type: 'nonsense' } }, /no JSON Schema/);
});

test('only what this data folder signed is served, or a key it trusts', async () => {
  await using context = testContext();
  await using other = testContext();
  using folder = serviceFolder();
  await folder.write('f.mjs', 'export const predict = () => 1;');
  const packed = await folder.pack(context, {
    ...{ name: 'one', runtime: 'function', module: 'f.mjs', fields: FIELDS },
    ...{ task: { kind: 'regression', target: 'y' }, golden: [{ record: { text: 'x' } }] },
  });
  const bundle = join(context.store.folder, 'bundles', packed.bundle);
  const ownKey = join(context.store.folder, 'keys', 'ed25519.pem');
  const key = await readFile(ownKey);
  await folder.pack(other, {
    ...{ name: 'two', runtime: 'function', module: 'f.mjs', fields: FIELDS },
    ...{ task: { kind: 'regression', target: 'y' }, golden: [{ record: { text: 'x' } }] },
  });
  await writeFile(ownKey, await readFile(join(other.store.folder, 'keys', 'ed25519.pem')));
  const refusal = await serveService(context, packed).then(
    () => assert.fail('what another key signed is served'),
    (error: { code: string; facts: { key: string } }) => error,
  );
  assert.equal(refusal.code, 'BUNDLE_UNTRUSTED');
  await (await serveService(context, packed, { trustedKeys: [refusal.facts.key] })).close();
  await writeFile(ownKey, key);
  await rm(join(bundle, 'provenance.dsse.json'));
  await assert.rejects(serveService(context, packed), { code: 'BUNDLE_ALTERED', message: /signature/ });
  await writeFile(join(bundle, 'function.mjs'), 'export const predict = () => 2;');
  await assert.rejects(serveService(context, packed), { code: 'BUNDLE_ALTERED' });
});
