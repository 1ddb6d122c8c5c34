import { AirworthyError } from '../../kernel/errors.ts';
import { nearestName } from '../../kernel/nearest-name.ts';
import type { Field, FieldKind } from '../../models/table.ts';
import type { ColumnConfig, DataConfig, DatasetSchema, Finding } from '../schema.ts';
import type { ColumnScan } from '../stored/scan-content.ts';
import type { BuiltContent } from './build-content.ts';

/** A field lists its categories up to so many; the target always does. */
const MOST_LISTED = 1000;

/** The version's schema from configuration and content. A feature without any value is left out, with a finding. */
export function buildSchema(
  config: DataConfig,
  built: BuiltContent,
  scans: readonly ColumnScan[],
): { schema: DatasetSchema; findings: Finding[] } {
  const fields = built.columns.map((column, index) => buildField(column, scans[index], config));
  const target = config.target && requireField(fields, config.target.name, 'data.target.name');
  const chosen = config.features?.map((name, index) => requireField(fields, name, `data.features[${index}]`));
  refuseTargetAmongFeatures(config, target);
  const usual = fields.filter((field) => field !== target && !built.targetSources.includes(field.name));
  const empty = new Set(scans.filter((scan) => scan.missing === built.rows).map((scan) => scan.name));
  const features = (chosen ?? usual).map((field) => field.name).filter((name) => !empty.has(name));
  return {
    schema: {
      fields,
      ...(target ? { target } : {}),
      ...(config.target?.positive === undefined ? {} : { positive: config.target.positive }),
      features,
    },
    findings: [...empty].map((name) => allMissing(name, built.rows)),
  };
}

function buildField(
  { name, kind }: { name: string; kind: FieldKind },
  scan: ColumnScan,
  config: DataConfig,
): Field {
  const isTarget = config.target?.name === name;
  const said: ColumnConfig = { ...config.columns[name], ...(isTarget ? describedTarget(config) : {}) };
  const dictionary = scan.dictionary ?? [];
  const listed = isTarget || dictionary.length <= MOST_LISTED ? dictionary : [];
  const categories = said.allowed ?? listed;
  const minimum = boundary(said.minimum, kind, `data.columns.${name}.minimum`);
  const maximum = boundary(said.maximum, kind, `data.columns.${name}.maximum`);
  return {
    ...{ name, kind, nullable: scan.missing > 0 },
    ...(said.description === undefined ? {} : { description: said.description }),
    ...(said.unit === undefined ? {} : { unit: said.unit }),
    ...(minimum === undefined ? {} : { minimum }),
    ...(maximum === undefined ? {} : { maximum }),
    ...(kind === 'category' && categories.length > 0 ? { categories } : {}),
    ...(said.allowed ? { closed: true } : {}),
    ...(kind === 'timestamp' && said.parts ? { parts: said.parts } : {}),
  };
}

function describedTarget({ target }: DataConfig): Pick<ColumnConfig, 'description' | 'unit'> {
  return {
    ...(target?.description === undefined ? {} : { description: target.description }),
    ...(target?.unit === undefined ? {} : { unit: target.unit }),
  };
}

/** A bound as a number: for timestamps, milliseconds since the epoch. */
export function boundary(
  value: number | string | undefined,
  kind: FieldKind,
  at: string,
): number | undefined {
  if (value === undefined) return undefined;
  const bound =
    typeof value === 'number' ? value : kind === 'timestamp' ? Date.parse(zonedUtc(value)) : Number.NaN;
  if (!Number.isNaN(bound) && kind !== 'category' && kind !== 'boolean') return bound;
  throw new AirworthyError('DATA_COLUMN_KIND', {
    message: `"${value}" is no bound for a ${kind}`,
    remedy: 'Bounds are numbers, or ISO 8601 text for timestamps; categories and booleans have none.',
    at,
  });
}

/** A time without a zone is UTC here; Date.parse would take the machine's. */
function zonedUtc(text: string): string {
  return /T.*(Z|[+-]\d{2}:?\d{2})$|^\d{4}-\d{2}-\d{2}$/.test(text) ? text : `${text.replace(' ', 'T')}Z`;
}

function requireField(fields: readonly Field[], name: string, at: string): Field {
  const field = fields.find((candidate) => candidate.name === name);
  if (field) return field;
  const known = fields.map((candidate) => candidate.name);
  const nearest = nearestName(name, known);
  throw new AirworthyError(at.startsWith('data.target') ? 'TARGET_MISSING' : 'DATA_COLUMN_NOT_FOUND', {
    message: `the data has no column "${name}"${nearest ? `; did you mean "${nearest}"?` : ` (it has ${known.slice(0, 20).join(', ')})`}`,
    at,
    facts: { column: name, columns: known.slice(0, 50) },
  });
}

function refuseTargetAmongFeatures(config: DataConfig, target: Field | undefined): void {
  if (target === undefined || !config.features?.includes(target.name)) return;
  throw new AirworthyError('DATA_COLUMN_NOT_FOUND', {
    message: `the target "${target.name}" is listed among the features`,
    remedy: 'Remove it from `data.features`.',
    at: 'data.features',
  });
}

function allMissing(column: string, rows: number): Finding {
  return {
    rule: 'missing',
    severity: 'warning',
    column,
    message: `column "${column}" has no value in any of ${rows} rows; it is not used as a feature`,
    count: rows,
    of: rows,
    examples: [],
    remedy: 'Leave the column out of the file, or find out why it is empty.',
  };
}
