import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { z } from 'zod';

/** The parts of a package.json that matter here. */
const PackageJson = z.object({
  name: z.string(),
  version: z.string(),
  license: z.string().optional().catch(undefined),
  dependencies: z.record(z.string(), z.string()).default({}),
  optionalDependencies: z.record(z.string(), z.string()).default({}),
});

/** npm's note of what it installed, in node_modules. */
const InstallRecord = z.object({
  packages: z.record(z.string(), z.object({ integrity: z.string().optional() })),
});

/** A package as installed. */
export interface InstalledPackage {
  /** Package URL: `pkg:npm/%40duckdb/node-api@1.5.6`. */
  purl: string;
  name: string;
  version: string;
  license: string | undefined;
  /** Subresource integrity of the archive it came from, where npm noted it: `sha512-…`. */
  integrity: string | undefined;
  /** Package URLs of what it needs at run time and is installed. */
  needs: string[];
}

let closure: Promise<InstalledPackage[]> | undefined;

/** Airworthy itself, then every package it needs at run time, in the order of their URLs. Read once a process. */
export function readRuntimeClosure(): Promise<InstalledPackage[]> {
  closure ??= findOwnFolder().then(walkClosure);
  return closure;
}

/** The packages in some folders, in the order of their URLs; what they need in turn is theirs to say. */
export async function readPackages(folders: readonly string[]): Promise<InstalledPackage[]> {
  const integrities = new Map<string, string>();
  const byUrl = new Map<string, InstalledPackage>();
  for (const folder of folders) {
    const { name, version, license } = PackageJson.parse(await readPackage(folder));
    await readIntegrities(folder, integrities);
    const purl = purlOf(name, version);
    byUrl.set(purl, { purl, name, version, license, integrity: integrities.get(folder), needs: [] });
  }
  return [...byUrl.values()].sort((a, b) => (a.purl < b.purl ? -1 : 1));
}

async function findOwnFolder(): Promise<string> {
  let folder = import.meta.dirname;
  while ((await readPackage(folder))?.name !== 'airworthy') {
    if (dirname(folder) === folder) throw new Error('no package.json of airworthy above its own code');
    folder = dirname(folder);
  }
  return folder;
}

async function walkClosure(start: string): Promise<InstalledPackage[]> {
  const integrities = new Map<string, string>();
  const byFolder = new Map<string, InstalledPackage>();
  const visit = async (folder: string): Promise<string> => {
    const known = byFolder.get(folder);
    if (known) return known.purl;
    const json = PackageJson.parse(await readPackage(folder));
    await readIntegrities(folder, integrities);
    const entry: InstalledPackage = {
      purl: purlOf(json.name, json.version),
      name: json.name,
      version: json.version,
      license: json.license,
      integrity: integrities.get(folder),
      needs: [],
    };
    byFolder.set(folder, entry);
    for (const need of dependencyFolders(folder, json)) entry.needs.push(await visit(need));
    return entry.purl;
  };
  const own = await visit(start);
  // The same version can lie in several folders; it is one package.
  const byUrl = new Map([...byFolder.values()].map((entry) => [entry.purl, entry]));
  const rank = (entry: InstalledPackage) => (entry.purl === own ? '' : entry.purl);
  return [...byUrl.values()].sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
}

async function readPackage(folder: string): Promise<z.infer<typeof PackageJson> | undefined> {
  const text = await readFile(join(folder, 'package.json'), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : PackageJson.safeParse(JSON.parse(text)).data;
}

/** Where Node finds each dependency from a folder. Optional packages for other machines are found nowhere. */
function dependencyFolders(folder: string, json: z.infer<typeof PackageJson>): string[] {
  const lookUp = createRequire(join(folder, 'package.json')).resolve;
  return Object.keys({ ...json.dependencies, ...json.optionalDependencies })
    .sort()
    .flatMap((name) => {
      const candidates = (lookUp.paths(name) ?? []).map((modules) => join(modules, name));
      return candidates.find((candidate) => existsSync(join(candidate, 'package.json'))) ?? [];
    });
}

/** Adds what npm noted in the node_modules that holds the folder, once for each node_modules. */
async function readIntegrities(folder: string, known: Map<string, string>): Promise<void> {
  const cut = folder.lastIndexOf('/node_modules/');
  const root = cut === -1 ? folder : folder.slice(0, cut);
  const record = join(root, 'node_modules', '.package-lock.json');
  if (known.has(record)) return;
  const text = await readFile(record, 'utf8').catch(() => undefined);
  known.set(record, '');
  if (text === undefined) return;
  for (const [path, { integrity }] of Object.entries(InstallRecord.parse(JSON.parse(text)).packages)) {
    if (integrity !== undefined) known.set(join(root, path), integrity);
  }
}

function purlOf(name: string, version: string): string {
  return `pkg:npm/${name.replace('@', '%40')}@${version}`;
}
