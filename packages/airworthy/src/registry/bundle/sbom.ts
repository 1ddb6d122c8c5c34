import { contentKey } from '../../kernel/ids.ts';
import { type InstalledPackage, readRuntimeClosure } from './installed-packages.ts';

/**
 * The bill of materials of a bundle in CycloneDX 1.6: the model, and every package of Airworthy that runs it, as
 * installed. It holds no time, and its serial number follows from its content.
 *
 * @param bundled packages whose code is part of the model's own file
 */
export async function buildSbom(
  name: string,
  modelDigest: string,
  bundled: readonly InstalledPackage[] = [],
): Promise<Record<string, unknown>> {
  const own = await readRuntimeClosure();
  const known = new Set(own.map(({ purl }) => purl));
  const packages = [...own, ...bundled.filter(({ purl }) => !known.has(purl))];
  const model = {
    type: 'machine-learning-model',
    'bom-ref': `model:${modelDigest}`,
    name,
    hashes: [{ alg: 'SHA-256', content: modelDigest }],
  };
  const content = {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { component: model },
    components: packages.map(toComponent),
    dependencies: [
      { ref: model['bom-ref'], dependsOn: [own[0].purl, ...bundled.map(({ purl }) => purl)] },
      ...packages.map(({ purl, needs }) => ({ ref: purl, dependsOn: [...new Set(needs)].sort() })),
    ],
  };
  return { ...content, serialNumber: `urn:uuid:${uuidOf(contentKey(content))}` };
}

function toComponent({ purl, name, version, license, integrity }: InstalledPackage): Record<string, unknown> {
  return {
    type: 'library',
    'bom-ref': purl,
    name,
    version,
    purl,
    ...(license === undefined ? {} : { licenses: [toLicense(license)] }),
    ...(integrity?.startsWith('sha512-') ? { hashes: [toHash(integrity)] } : {}),
  };
}

/** An SPDX expression, or a name where the package says something else, such as a file to see. */
function toLicense(license: string): Record<string, unknown> {
  const isExpression = /^\(*[\w.+-]+\)*( (AND|OR|WITH) \(*[\w.+-]+\)*)*$/.test(license);
  return isExpression ? { expression: license } : { license: { name: license } };
}

function toHash(integrity: string): { alg: string; content: string } {
  const base64 = integrity.slice('sha512-'.length);
  return { alg: 'SHA-512', content: Buffer.from(base64, 'base64').toString('hex') };
}

/** 128 bits of a digest as a UUID of version 8 (RFC 9562: custom content). */
function uuidOf(digest: string): string {
  const variant = ((Number.parseInt(digest[16], 16) & 3) | 8).toString(16);
  return [
    digest.slice(0, 8),
    digest.slice(8, 12),
    `8${digest.slice(13, 16)}`,
    `${variant}${digest.slice(17, 20)}`,
    digest.slice(20, 32),
  ].join('-');
}
