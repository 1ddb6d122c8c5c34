import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTinyProject } from '../../../test/e2e/tiny-project.ts';
import { openApp } from '../../app.ts';
import { applyPolicy } from '../../monitoring/policy/apply-policy.ts';
import { matured, metric, monitoringConfig } from '../../monitoring/testing/window-reports.ts';
import { runCommandLine } from '../testing/test-terminal.ts';

test('alerts are listed, shown, acknowledged and muted from the command line', async () => {
  using project = createTinyProject({ rows: 20 });
  const { folder } = project;
  const airworthy = (...argv: string[]) => runCommandLine(argv, { cwd: folder });
  assert.equal((await airworthy('alerts', 'list')).out, 'no alerts');
  {
    await using app = await openApp({ folder });
    const config = monitoringConfig({ performance: [{ metric: 'roc-auc', value: 0.6 }] });
    const report = matured(0, { realised: [metric('roc-auc', 0.5)], endpoint: 'parcels', model: 'parcels' });
    await app.context.store.database.write((sql) => applyPolicy(app.context, sql, report, config));
  }
  const listed = await airworthy('alerts', 'list', '--tier', 'page', '--json');
  const [{ id }] = listed.json<{ alerts: { id: string }[] }>().alerts;
  assert.match(
    (await airworthy('alerts', 'list')).out,
    new RegExp(`${id} +page +open +parcels v1 +ROC-AUC is 0.5`),
  );
  const shown = await airworthy('alerts', 'show', id);
  assert.match(shown.out, /^measured +0\.5 against 0\.6, n 1,500$/m);
  assert.match(shown.out, /^window +day, 2001-01-01 00:00:00 UTC to 2001-01-02/m);
  const refused = await airworthy('alerts', 'acknowledge', id, '--accept-reference');
  assert.equal(refused.code, 2);
  assert.match(refused.err, /ALERT_NOT_ACCEPTABLE.*does not compare anything with the reference/s);
  const seen = await airworthy('alerts', 'acknowledge', id, '--reason', 'the feed is being mended');
  assert.match(seen.out, /^acknowledged: ROC-AUC/);
  const muted = await airworthy('alerts', 'mute', '--from', '2001-03-01T22:00Z', '--for', '90m');
  assert.equal(muted.out, 'parcels is muted from 2001-03-01 22:00:00 UTC to 2001-03-01 23:30:00 UTC');
  const wrong = await airworthy('alerts', 'mute', '--for', 'a while');
  assert.deepEqual([wrong.code, /a duration such as 30m/.test(wrong.err)], [2, true]);
  const absent = await airworthy('alerts', 'show', '0'.repeat(32), '--json');
  assert.equal(absent.json<{ error: { code: string } }>().error.code, 'ALERT_NOT_FOUND');
});
