import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildSbom } from './sbom.ts';

interface Sbom {
  serialNumber: string;
  components: { name: string; 'bom-ref': string; hashes?: { alg: string; content: string }[] }[];
  dependencies: { ref: string; dependsOn: string[] }[];
}

const build = async (name: string) => (await buildSbom(name, 'a'.repeat(64))) as unknown as Sbom;

test('the bill of materials lists what runs, not what builds or tests', async () => {
  const { components } = await build('flights');
  const names = components.map((component) => component.name);
  assert.equal(names[0], 'airworthy');
  for (const name of ['kysely', 'fastify', 'zod', 'avvio']) assert.ok(names.includes(name), name);
  for (const name of ['typescript', '@biomejs/biome', 'fast-check']) {
    assert.ok(!names.includes(name), name);
  }
  const kysely = components[names.indexOf('kysely')];
  assert.match(kysely.hashes?.[0].content ?? '', /^[0-9a-f]{128}$/);
});

test('references are unique and lead somewhere; the serial number follows from the content', async () => {
  const { components, dependencies, serialNumber } = await build('flights');
  const refs = new Set(components.map((component) => component['bom-ref']));
  assert.equal(refs.size, components.length);
  for (const { dependsOn } of dependencies) for (const ref of dependsOn) assert.ok(refs.has(ref), ref);
  assert.match(
    serialNumber,
    /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  );
  assert.equal((await build('flights')).serialNumber, serialNumber);
  assert.notEqual((await build('others')).serialNumber, serialNumber);
});
