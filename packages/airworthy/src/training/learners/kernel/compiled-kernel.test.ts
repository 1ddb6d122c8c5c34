import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadKernel } from './load-kernel.ts';
import { Memory } from './web-assembly.ts';

function hasCompiler(): boolean {
  try {
    import.meta.resolve('assemblyscript/asc');
    return true;
  } catch {
    return false;
  }
}

const skip = hasCompiler() ? false : 'assemblyscript is not installed';

test('the committed kernel is what its source compiles to', { skip }, () => {
  const script = join(import.meta.dirname, '../../../../../../scripts/build-kernel.mjs');
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' });
  assert.equal(status, 0, `${stdout}${stderr}`);
});

test('doubles of every kind are sorted, and NaN is dropped', () => {
  const memory = new Memory({ initial: 2, maximum: 2, shared: true });
  const odd = [
    3,
    -0,
    Number.NaN,
    5e-324,
    -5e-324,
    Number.NEGATIVE_INFINITY,
    1e308,
    -1e-300,
    0,
    Number.NaN,
    -7,
    3,
  ];
  const values = new Float64Array(memory.buffer, 1024, odd.length);
  values.set(odd);
  const kept = loadKernel(memory).sortDoubles(1024, odd.length, 4096, 8192);
  const expected = Float64Array.from(odd.filter((value) => !Number.isNaN(value))).sort();
  assert.deepEqual(
    [...values.subarray(0, kept)].map((x) => x + 0),
    [...expected].map((x) => x + 0),
  );
});
