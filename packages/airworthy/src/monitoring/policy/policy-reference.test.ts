import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testContext } from '../../../test/test-context.ts';
import { packBundle } from '../../registry/index.ts';
import { packInput } from '../../registry/testing/packing.ts';
import { monitoringConfig } from '../testing/window-reports.ts';
import { defaultGate, gatesFor, readPolicyReference } from './policy-reference.ts';

test('the gate is half of the lead over the trivial model, whichever way the metric runs', () => {
  assert.deepEqual(defaultGate('roc-auc', 0.75, 0.5), { metric: 'roc-auc', value: 0.625 });
  assert.deepEqual(defaultGate('rmse', 2, 4), { metric: 'rmse', value: 3 });
  assert.equal(defaultGate('roc-auc', 0.5, 0.5), null);
  assert.equal(defaultGate('rmse', 5, 4), null);
  assert.equal(defaultGate('rmse', null, 4), null);
});

test('it comes from the bundle’s evaluation, unless the project says otherwise', async () => {
  await using context = testContext();
  const input = await packInput(context);
  const [metric] = input.report.metrics;
  input.report = {
    ...input.report,
    baseline: { ...input.report.baseline, metrics: [{ ...metric, value: 0.5 }] },
    calibration: {
      ...input.report.calibration,
      equalWidth: [
        { from: 0, to: 0.5, n: 75, predicted: 0.2, observed: 0.24, low: null, high: null },
        { from: 0.5, to: 1, n: 25, predicted: 0.7, observed: 0.6, low: null, high: null },
      ],
    },
  };
  const { digest } = await packBundle(context, input);
  const reference = await readPolicyReference(context, digest);
  assert.equal(reference.gate?.metric, 'roc-auc');
  assert.ok(Math.abs((reference.gate?.value ?? 0) - 0.605) < 1e-12);
  assert.ok(Math.abs((reference.calibrationError ?? 0) - 0.055) < 1e-12);
  assert.deepEqual(gatesFor(monitoringConfig(), reference), [reference.gate]);
  assert.deepEqual(gatesFor(monitoringConfig({ performance: [] }), reference), []);
});

test('a bundle that is not there demands nothing', async () => {
  await using context = testContext();
  const reference = await readPolicyReference(context, 'a'.repeat(64));
  assert.deepEqual(
    [reference, gatesFor(monitoringConfig(), reference)],
    [{ gate: null, calibrationError: null }, []],
  );
});
