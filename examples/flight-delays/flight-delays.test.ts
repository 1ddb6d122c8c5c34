import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadProject } from '../../packages/airworthy/src/project/load-project.ts';

test('the project is valid, and its endpoint and model are named after it', async () => {
  const project = await loadProject(import.meta.dirname);
  assert.equal(project.name, 'flight-delays');
  assert.equal(project.endpoint, 'flight-delays');
  assert.equal(project.model, 'flight-delays');
});

test('a prediction needs nothing that is known only after the flight', async () => {
  const { config } = await loadProject(import.meta.dirname);
  assert.deepEqual(config.data.features, ['date', 'distance', 'origin', 'destination']);
});
