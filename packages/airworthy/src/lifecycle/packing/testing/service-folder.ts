import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import { createEndpoints, type EndpointsOptions, ServingConfig } from '../../../serving/index.ts';
import type { Context } from '../../../store/ports.ts';
import { packService } from '../pack-service.ts';

/** A folder with a service file and what it needs, removed when disposed. */
export interface ServiceFolder extends Disposable {
  write(path: string, content: string | Uint8Array): Promise<void>;
  /** Writes the service file and packs it. */
  pack(context: Context, spec: object): ReturnType<typeof packService>;
}

export function serviceFolder(): ServiceFolder {
  const folder = mkdtempSync(join(tmpdir(), 'airworthy-service-'));
  const write = async (path: string, content: string | Uint8Array) => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  };
  return {
    write,
    async pack(context, spec) {
      await write('test.service.yaml', stringify(spec));
      return packService(context, join(folder, 'test.service.yaml'));
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Endpoints where a packed service serves as `e`: `await using endpoints = await serveService(…)`. */
export async function serveService(
  context: Context,
  { model, version, bundle }: { model: string; version: number; bundle: string },
  config: object = {},
  counter?: EndpointsOptions['counter'],
) {
  const endpoints = createEndpoints(context, { config: ServingConfig.parse(config), counter });
  const close = () => endpoints.close();
  await endpoints.deploy('e', { model, version, bundle }).catch(async (error) => {
    await close();
    throw error;
  });
  return { ...endpoints, [Symbol.asyncDispose]: close };
}
