import { contentKey } from '../../kernel/ids.ts';
import type { FieldKind } from '../../models/table.ts';
import type { Context } from '../../store/ports.ts';
import type { DatasetVersion } from '../schema.ts';
import { requireContent } from '../stored/require-content.ts';
import type { ColumnScan } from '../stored/scan-content.ts';

/** Rows in a Parquet file that versions share: a version of parts is all of their rows, part after part. */
export interface DataPart {
  /** Of the content. */
  digest: string;
  /** Parquet in canonical form; may hold columns beside these. */
  blob: string;
  rows: number;
  columns: PartColumn[];
}

/** A column in figures that can be pooled with those of other parts; all but `missing` absent where undefined. */
export interface PartColumn {
  name: string;
  kind: FieldKind;
  missing: number;
  minimum?: number;
  maximum?: number;
  mean?: number;
  sd?: number;
}

interface PartList {
  format: 'airworthy-parts/1';
  parts: DataPart[];
}

/** A new part from its scan. */
export function createPart(
  blob: string,
  rows: number,
  columns: readonly { name: string; kind: FieldKind }[],
  scans: readonly ColumnScan[],
): DataPart {
  const content = Object.fromEntries(scans.map((scan) => [scan.name, scan.digest]));
  const figures = scans.map((scan, index) => ({
    ...{ name: scan.name, kind: columns[index].kind, missing: scan.missing },
    ...known('minimum', scan.minimum),
    ...known('maximum', scan.maximum),
    ...known('mean', scan.mean),
    ...known('sd', scan.sd),
  }));
  return { digest: contentKey({ format: 'airworthy-part/1', rows, content }), blob, rows, columns: figures };
}

/** NaN has no form in JSON. */
function known(name: 'minimum' | 'maximum' | 'mean' | 'sd', value: number): Partial<PartColumn> {
  return Number.isNaN(value) ? {} : { [name]: value };
}

/** The parts of any stored version; one that has none is itself a part. @throws DATASET_ERASED */
export async function partsOf(context: Context, version: DatasetVersion): Promise<DataPart[]> {
  requireContent(version);
  if (version.source.parts !== undefined) {
    const list: PartList = JSON.parse((await context.store.blobs.get(version.blob)).toString('utf8'));
    return list.parts;
  }
  const columns = version.profile.columns.map(({ name, kind, missing, minimum, maximum, mean, sd }) => ({
    ...{ name, kind, missing },
    ...(minimum === undefined ? {} : { minimum }),
    ...(maximum === undefined ? {} : { maximum }),
    ...(mean === undefined ? {} : { mean }),
    ...(sd === undefined ? {} : { sd }),
  }));
  return [{ digest: version.digest, blob: version.blob, rows: version.rows, columns }];
}

/** Keeps a list of parts as a blob; what a version of parts has in place of a file of its own. */
export function putPartList(context: Context, parts: readonly DataPart[]): Promise<string> {
  const list: PartList = { format: 'airworthy-parts/1', parts: [...parts] };
  return context.store.blobs.put(JSON.stringify(list));
}
