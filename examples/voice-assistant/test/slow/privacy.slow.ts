import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tellPrivacy } from '../../src/story/tell-privacy.ts';

test('a favorite is in no record of the server, and who is forgotten is gone', {
  timeout: 180_000,
}, async () => {
  const { claims } = await tellPrivacy({ dataFolder: '', onProgress() {} });
  for (const { claim, holds, because } of claims) assert.ok(holds, `${claim}: ${because}`);
});
