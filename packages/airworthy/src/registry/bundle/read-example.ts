import type { RawRecord } from '../../models/read-record.ts';
import type { Context } from '../../store/ports.ts';
import type { Golden } from '../scoring/golden.ts';
import { FILE } from './manifest.ts';
import { readBundleFile } from './read-bundle-file.ts';

/**
 * A record the bundle's model answers: of those its predictions were recorded for, one without missing values where
 * there is one. Null where it was packed without any, as prompts may be.
 */
export async function readExample(context: Context, bundle: string): Promise<RawRecord | null> {
  const golden = await readBundleFile(context, bundle, FILE.golden);
  const { pairs } = JSON.parse(golden.toString('utf8')) as Golden;
  const complete = pairs.find(({ record }) => Object.values(record).every((value) => value !== null));
  return (complete ?? pairs[0])?.record ?? null;
}
