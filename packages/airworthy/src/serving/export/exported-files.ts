import type { Release, ServingConfig } from '../schema.ts';

/** Files of an exported folder by path, with `/`. */
export type ExportedFiles = Map<string, Uint8Array | string>;

/** What every target is made of. */
export interface ExportSource {
  endpoint: string;
  release: Release;
  /** The bundle as it was packed: its manifest, its envelope and every file the manifest lists. */
  bundle: ReadonlyMap<string, Buffer>;
  /** Id of the key that signed it. */
  signer: string;
  /** What of the project's serving goes along. */
  serving: Pick<ServingConfig, 'key' | 'limits'>;
  /** Airworthy's version, which the image pins. */
  version: string;
  /** Where KServe is to fetch the bundle, and the image that serves it. */
  storageUri?: string | undefined;
  image?: string | undefined;
}

/** The name an image has unless it is given another. */
export function imageOf({ image, endpoint, release }: ExportSource): string {
  return image ?? `${endpoint}:${release.version}`;
}

/** The bundle's files in a folder. */
export function bundleFiles(source: ExportSource, folder: string): [string, Buffer][] {
  return [...source.bundle].map(([path, bytes]) => [`${folder}/${path}`, bytes]);
}
