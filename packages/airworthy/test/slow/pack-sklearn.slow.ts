import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { runCommandLine } from '../../src/cli/testing/test-terminal.ts';
import type { PackedLoggedModel } from '../../src/lifecycle/packing/pack-logged-model.ts';
import { createTinyProject } from '../e2e/tiny-project.ts';
import { logModel, withDataFolder } from './logged-models.ts';

/** The interpreter may be another than `python3`: AIRWORTHY_TEST_PYTHON. */
const PYTHON = process.env.AIRWORTHY_TEST_PYTHON ?? 'python3';
const NEEDS = 'import sklearn, skl2onnx, pandas';
const SKIP = spawnSync(PYTHON, ['-c', NEEDS]).status === 0 ? false : `${PYTHON} with ${NEEDS} is not here`;

const TRAIN = `import pickle, sys
import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder
rows = pd.read_csv(sys.argv[1])
X = rows[["carrier", "distance", "weight"]].astype({"distance": "float32", "weight": "float32"})
encoder = make_column_transformer((OneHotEncoder(handle_unknown="ignore"), ["carrier"]), remainder="passthrough")
model = make_pipeline(encoder, RandomForestClassifier(n_estimators=20, random_state=0)).fit(X, rows["late"])
pickle.dump(model, open(sys.argv[2], "wb"))
`;

function python(...argv: string[]): void {
  const { status, stderr } = spawnSync(PYTHON, argv, { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
}

test('a scikit-learn model that a client logged is converted, judged and packed', {
  skip: SKIP,
}, async () => {
  using project = createTinyProject();
  const scratch = mkdtempSync(join(tmpdir(), 'airworthy-sklearn-'));
  const run = (...argv: string[]) =>
    runCommandLine(argv, { cwd: project.folder, env: { ...process.env } as Record<string, string> });
  try {
    const pickle = join(scratch, 'model.pkl');
    python('-c', TRAIN, join(project.folder, 'data', 'parcels.csv'), pickle);
    const place = { dataFolder: project.dataFolder, project: 'parcels' };
    const id = await withDataFolder(place, (context) =>
      logModel(context, {
        MLmodel:
          'flavors:\n  sklearn:\n    pickled_model: model.pkl\n    serialization_format: cloudpickle\n',
        'model.pkl': readFileSync(pickle),
      }),
    );
    const answer = await run('models', 'pack', id, '--python', PYTHON, '--json');
    assert.ok([0, 1, 3].includes(answer.code), answer.out + answer.err);
    const packed = answer.json<PackedLoggedModel>();
    assert.deepEqual([packed.model, packed.version], ['parcels', 1]);
    assert.equal((await run('models', 'verify', '1')).code, 0);
    const again = (await run('models', 'pack', id, '--json')).json<PackedLoggedModel>();
    assert.deepEqual(again, packed);
  } finally {
    rmSync(scratch, { recursive: true });
  }
});
