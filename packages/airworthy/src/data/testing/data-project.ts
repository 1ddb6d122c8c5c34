import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { testContext } from '../../../test/test-context.ts';
import type { Context } from '../../store/ports.ts';
import { addDataset } from '../add-dataset.ts';
import type { DataConfigInput, DatasetVersion } from '../schema.ts';

/** A project folder with files, and a store beside it. */
export interface DataProject extends AsyncDisposable {
  context: Context;
  folder: string;
  write(name: string, content: string | Uint8Array): string;
  add(config: DataConfigInput, name?: string): Promise<DatasetVersion>;
  /** Names of what half-made work left in the data folder. */
  leftovers(): string[];
}

export function dataProject(files: Record<string, string | Uint8Array> = {}): DataProject {
  const context = testContext();
  const folder = mkdtempSync(join(tmpdir(), 'airworthy-project-'));
  const write = (name: string, content: string | Uint8Array) => {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    return path;
  };
  for (const [name, content] of Object.entries(files)) write(name, content);
  return {
    ...{ context, folder, write },
    add: async (config, name = 'data') => (await addDataset(context, { name, config, folder })).version,
    leftovers: () => readdirSync(join(context.store.folder, 'scratch')),
    async [Symbol.asyncDispose]() {
      await context[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Rows as CSV with a header. */
export function csv(rows: readonly Record<string, string | number | boolean | null>[]): string {
  const names = Object.keys(rows[0]);
  const lines = rows.map((row) => names.map((name) => row[name] ?? '').join(','));
  return `${[names.join(','), ...lines].join('\n')}\n`;
}
