export { addDataset, assertQuality, type DatasetToAdd } from './add-dataset.ts';
export { checkQuality } from './check-quality.ts';
export { diffVersions } from './diff-versions.ts';
export { getVersion } from './get-version.ts';
export { inferTask } from './infer-task.ts';
export { type DatasetSummary, listDatasets, listVersions, type VersionSummary } from './list-datasets.ts';
export { type ReadOptions, readTable } from './read-table.ts';
export {
  type Association,
  type ColumnConfig,
  type ColumnProfile,
  type ColumnShift,
  DataConfig,
  type DataConfigInput,
  type DatasetDiff,
  type DatasetSchema,
  type DatasetVersion,
  type Finding,
  type Profile,
  QualityRule,
  type QualityRuleInput,
  type Severity,
  type ShownValue,
  type SourceRecord,
  SPLIT_CODES,
  type Split,
  SplitSpec,
} from './schema.ts';
export { splitDataset } from './split-dataset.ts';
