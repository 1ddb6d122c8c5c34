import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openApp } from 'airworthy';
import {
  addDataset,
  checkQuality,
  DataConfig,
  type Finding,
  listVersions,
  splitDataset,
} from 'airworthy/data';
import { faultyCommands, faultyCsv } from './faulty-commands.ts';

const FOLDER = join(import.meta.dirname, '../../data/faulty');

test('the file is what is made of our own sentences', () => {
  assert.equal(readFileSync(join(FOLDER, 'commands.csv'), 'utf8'), faultyCsv());
  const rows = faultyCommands();
  const others = rows.filter(({ call }) => call === 'other()').length;
  const texts = new Set(rows.map(({ said }) => said));
  assert.equal(others / rows.length, 0.75);
  assert.ok(texts.size / rows.length < 0.55);
});

test('each fault is named by the data gate, and nothing is trained', async () => {
  const dataFolder = mkdtempSync(join(tmpdir(), 'airworthy-faulty-'));
  try {
    await using app = await openApp({ folder: FOLDER, dataFolder });
    const { context, project } = app;
    await assert.rejects(app.ship(), {
      code: 'QUALITY_FAILED',
      message: /right in 75\.0 % of 640 rows \(and 5 more/,
    });
    assert.equal((await listVersions(context, 'faulty-commands')).length, 1);
    const config = DataConfig.parse(project.config.data);
    const { version } = await addDataset(context, { name: 'faulty-commands', config, folder: FOLDER });
    const findings = await checkQuality(
      context,
      version,
      config.quality,
      await splitDataset(context, version, config.split),
    );
    const said = (rule: Finding['rule']) =>
      findings.filter((finding) => finding.rule === rule).map(({ message }) => message);
    assert.match(said('majority-baseline')[0], /always predicting "other\(\)"/);
    assert.match(said('duplicates')[0], /rows \(4\d\.\d %\) equal an earlier row/);
    assert.match(said('conflicting-labels')[0], /all of these differ only in quotes, case or spaces/);
    assert.match(said('split-overlap')[0], /of 128 test rows .* also occur in training/);
    assert.match(said('missing-class')[0], /in no test row.*"other\(\)"/);
    assert.ok(findings.slice(0, 6).every(({ severity }) => severity === 'error'));
  } finally {
    rmSync(dataFolder, { recursive: true, force: true });
  }
});
