import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { testContext } from '../../../test/test-context.ts';
import { sha256 } from '../../kernel/ids.ts';
import { compileModel } from '../../models/compile-model.ts';
import { parseModel } from '../../models/serialise-model.ts';
import { UNIT_KEYWORD } from '../../models/signature.ts';
import type { Task } from '../../models/table.ts';
import { openBundle, packBundle, readBundleFile, readReferenceProfile, verifyBundle } from '../index.ts';
import { packInput, smallModel } from '../testing/packing.ts';
import { inspectFiles } from './inspect-files.ts';

const PACKER = join(import.meta.dirname, '../testing/pack-in-process.ts');
const WITHOUT_ONNX = pathToFileURL(join(import.meta.dirname, '../testing/without-onnxruntime.ts')).href;

const outcomes = (checks: readonly { name: string; outcome: string }[], outcome: string) =>
  checks.filter((check) => check.outcome === outcome).map((check) => check.name);

for (const kind of ['binary', 'multiclass', 'regression'] satisfies Task['kind'][]) {
  test(`a ${kind} model is packed, verified and opened`, async () => {
    await using context = testContext();
    const bundle = await packBundle(context, await packInput(context, smallModel(kind)));
    const verification = await verifyBundle(context, bundle.digest);
    assert.deepEqual(outcomes(verification.checks, 'failed'), []);
    assert.deepEqual(outcomes(verification.checks, 'skipped'), []);
    assert.equal(verification.ok, true);
    const opened = await openBundle(context, bundle.digest);
    assert.deepEqual(opened.model, smallModel(kind));
    assert.ok(bundle.parity.onnx < 1e-9 && bundle.parity.training === 0);
    const golden = JSON.parse((await readBundleFile(context, bundle.digest, 'golden.json')).toString());
    assert.ok(golden.pairs.length >= 32);
    const covers = new Set(golden.pairs.map((pair: { covers: string }) => pair.covers));
    for (const special of ['missing distance', 'unseen origin', 'lowest distance', 'highest date']) {
      assert.ok(covers.has(special), special);
    }
    const accepts = addFormats
      .default(new Ajv2020())
      .addVocabulary([UNIT_KEYWORD])
      .compile(opened.signature.record);
    for (const { record } of golden.pairs) assert.ok(accepts(record), JSON.stringify(accepts.errors));
  });
}

test('a regression carries a model of its errors, which answers the same records', async () => {
  await using context = testContext();
  const bundle = await packBundle(context, await packInput(context, smallModel('regression')));
  const { errorModel, calibration } = await readReferenceProfile(context, bundle.digest);
  assert.equal(calibration, null);
  assert.ok(errorModel);
  const bytes = await readBundleFile(context, bundle.digest, errorModel.file);
  const { scoreTable } = compileModel(parseModel(bytes.toString('utf8')));
  const { table } = await packInput(context, smallModel('regression'));
  const mean = scoreTable(table).reduce((sum, error) => sum + error, 0) / table.rows;
  assert.ok(Math.abs(mean - Math.sqrt(2 / Math.PI)) < 0.2, `${mean}`);
  const { manifest } = await packBundle(context, await packInput(context));
  assert.ok(!manifest.files.some(({ path }) => path === errorModel.file));
});

test('packing again changes nothing, and mends a bundle that was altered', async () => {
  await using context = testContext();
  const input = await packInput(context);
  const first = await packBundle(context, input);
  const before = statSync(first.folder).ctimeMs;
  const again = await packBundle(context, { ...input, run: { ...input.run, id: 'f'.repeat(32) } });
  assert.equal(again.digest, first.digest);
  assert.equal(statSync(first.folder).ctimeMs, before);
  const { sql } = context.store.database;
  assert.equal((await sql.selectFrom('bundle').selectAll().execute()).length, 1);
  writeFileSync(join(first.folder, 'card.md'), 'praise');
  await packBundle(context, input);
  assert.equal((await verifyBundle(context, first.digest)).ok, true);
  assert.deepEqual(readdirSync(join(context.store.folder, 'scratch')), []);
});

test('the same inputs and key give the same bytes in another data folder', async () => {
  await using here = testContext();
  await using there = testContext();
  const first = await packBundle(here, await packInput(here));
  cpSync(join(here.store.folder, 'keys'), join(there.store.folder, 'keys'), { recursive: true });
  const input = await packInput(there);
  const second = await packBundle(there, { ...input, run: { ...input.run, id: runOf(first.folder) } });
  assert.equal(second.digest, first.digest);
  for (const name of readdirSync(first.folder)) {
    assert.equal(
      sha256(readFileSync(join(second.folder, name))),
      sha256(readFileSync(join(first.folder, name))),
      name,
    );
  }
});

function runOf(folder: string): string {
  const envelope = JSON.parse(readFileSync(join(folder, 'provenance.dsse.json'), 'utf8'));
  const statement = JSON.parse(Buffer.from(envelope.payload, 'base64').toString());
  return statement.predicate.runDetails.metadata.invocationId;
}

test('a flipped byte in any file, an extra file and a missing one are found', async () => {
  await using context = testContext();
  const { digest, folder } = await packBundle(context, await packInput(context));
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const bytes = readFileSync(path);
    for (const at of [0, bytes.length >> 1, bytes.length - 1]) {
      const altered = Buffer.from(bytes);
      altered[at] ^= 1;
      writeFileSync(path, altered);
      const { checks } = await inspectFiles(folder, digest);
      assert.ok(outcomes(checks, 'failed').length > 0, `${name} at ${at}`);
    }
    rmSync(path);
    assert.equal((await verifyBundle(context, digest)).ok, false, `${name} missing`);
    writeFileSync(path, bytes);
  }
  writeFileSync(join(folder, 'more.txt'), 'x');
  assert.deepEqual(outcomes((await verifyBundle(context, digest)).checks, 'failed'), ['no other files']);
  rmSync(join(folder, 'more.txt'));
  assert.equal((await verifyBundle(context, digest)).ok, true);
});

test('every byte of the envelope counts', async () => {
  await using context = testContext();
  const { digest, folder } = await packBundle(context, await packInput(context));
  const path = join(folder, 'provenance.dsse.json');
  const bytes = readFileSync(path);
  for (let at = 0; at < bytes.length; at += 7) {
    const altered = Buffer.from(bytes);
    altered[at] ^= 1;
    writeFileSync(path, altered);
    const { checks } = await inspectFiles(folder, digest);
    assert.deepEqual(outcomes(checks, 'failed'), ['signature'], `byte ${at}`);
  }
});

test('a bundle signed with another key is not trusted, and altered content is not opened', async () => {
  await using context = testContext();
  await using stranger = testContext();
  const { digest, folder } = await packBundle(stranger, await packInput(stranger));
  cpSync(folder, join(context.store.folder, 'bundles', digest), { recursive: true });
  await packBundle(context, await packInput(context));
  assert.deepEqual(outcomes((await verifyBundle(context, digest)).checks, 'failed'), ['trusted key']);
  const model = join(context.store.folder, 'bundles', digest, 'model.json');
  writeFileSync(model, readFileSync(model, 'utf8').replace('0.7', '0.9'));
  await assert.rejects(openBundle(context, digest), { code: 'BUNDLE_ALTERED' });
  await assert.rejects(openBundle(context, '0'.repeat(64)), { code: 'BUNDLE_NOT_FOUND' });
  await assert.rejects(openBundle(context, '../../etc'), { code: 'BAD_ARGUMENT' });
});

test('a model that predicts something else than in training is not packed', async () => {
  await using context = testContext();
  const input = await packInput(context);
  const trainingScores = input.trainingScores.slice();
  trainingScores[17] += 0.001;
  await assert.rejects(
    packBundle(context, { ...input, trainingScores }),
    (error: Error & { code: string }) => {
      assert.equal(error.code, 'PARITY_FAILED');
      assert.match(error.message, /^row 17 of the test split/);
      return true;
    },
  );
  assert.deepEqual(readdirSync(context.store.folder).includes('bundles'), false);
});

test('a model that has no answer to an accepted record is not packed', async () => {
  await using context = testContext();
  const model = smallModel('regression');
  model.estimator = { kind: 'linear', coefficients: [[1, 1, 1, 1]], intercepts: [0], link: 'identity' };
  await assert.rejects(packBundle(context, await packInput(context, model)), {
    code: 'MODEL_INVALID',
    message: 'the model predicts NaN for a row of the test split',
  });
});

test('the signing key is its owner’s alone, and a broken one is a typed error', async () => {
  await using context = testContext();
  const input = await packInput(context);
  await packBundle(context, input);
  const path = join(context.store.folder, 'keys', 'ed25519.pem');
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.equal(statSync(join(context.store.folder, 'keys')).mode & 0o777, 0o700);
  writeFileSync(path, 'not a key');
  await assert.rejects(packBundle(context, input), { code: 'SIGNING_KEY_UNREADABLE' });
});

test('the card shows what is known and marks what is not', async () => {
  await using context = testContext();
  const { digest } = await packBundle(context, await packInput(context));
  const card = (await readBundleFile(context, digest, 'card.md')).toString();
  assert.match(card, /## Intended use\n\n- Tell passengers early\./);
  assert.match(card, /## Limitations\n\n- not filled in/);
  assert.match(card, /\| origin = ORD \| ROC-AUC \| 0\.71 \| 0\.6 to 0\.8 \| 40 \|/);
});

test('without the ONNX runtime nothing is packed, and verifying says what was skipped', async () => {
  await using context = testContext();
  const { digest } = await packBundle(context, await packInput(context));
  // For the processes below to write.
  context.store.lock.release();
  const run = (verb: string, argument: string) =>
    JSON.parse(
      execFileSync(
        process.execPath,
        [
          '--conditions=development',
          `--import=${WITHOUT_ONNX}`,
          PACKER,
          verb,
          context.store.folder,
          argument,
        ],
        { encoding: 'utf8' },
      ),
    );
  const error = run('pack', '7');
  assert.equal(error.code, 'ONNX_RUNTIME_MISSING');
  assert.match(error.remedy, /npm install onnxruntime-node/);
  const verification = run('verify', digest);
  assert.equal(verification.ok, true);
  assert.deepEqual(outcomes(verification.checks, 'skipped'), ['golden pairs, ONNX']);
});
