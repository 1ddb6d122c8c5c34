export { addDataset, assertQuality, type DatasetToAdd } from './add-dataset.ts';
export { checkQuality } from './check-quality.ts';
export { cutVersion, type VersionCut } from './cut-version.ts';
export { diffVersions } from './diff-versions.ts';
export { type Engine, openEngine } from './engine/open-engine.ts';
export { sqlName, sqlText } from './engine/sql-text.ts';
export {
  type AffectedVersion,
  contentInUse,
  findRows,
  type ReplacedParts,
  type RowsToErase,
  replaceRows,
} from './erasing/erase-rows.ts';
export { markErased } from './erasing/mark-erased.ts';
export { getVersion } from './get-version.ts';
export { inferTask } from './infer-task.ts';
export { findVersions, listDatasets, listVersions } from './list-datasets.ts';
export { listSplits } from './list-splits.ts';
export { addParts, type PartsToAdd } from './parts/add-parts.ts';
export { type DataPart, partsOf } from './parts/data-part.ts';
export { dropRows, mergeParts } from './parts/revise-parts.ts';
export { type CellValue, openRowWriter, type RowWriter } from './parts/row-writer.ts';
export { type ReadOptions, readTable } from './read-table.ts';
export {
  type Association,
  type ColumnConfig,
  ColumnProfile,
  type ColumnShift,
  DataConfig,
  type DataConfigInput,
  DatasetDiff,
  type DatasetSchema,
  DatasetSummary,
  DatasetVersion,
  Finding,
  FindingCounts,
  type Profile,
  QualityRule,
  type QualityRuleInput,
  type Severity,
  type ShownValue,
  type SourceRecord,
  SPLIT_CODES,
  Split,
  SplitSpec,
  VersionSummary,
} from './schema.ts';
export {
  type FieldReading,
  planFields,
  type ReadRange,
  readRange,
  type UnreadText,
} from './sources/read-range.ts';
export {
  type FileScan,
  findInputs,
  type Place,
  type ScanOptions,
  type Segment,
  scanFiles,
} from './sources/scan-files.ts';
export { describeSplit, keptWholeBy } from './split-column.ts';
export { splitDataset } from './split-dataset.ts';
export {
  type RowStream,
  type StreamedRow,
  type StreamedValue,
  type StreamOptions,
  streamRows,
} from './stream-rows.ts';
export { uniteVersions, type VersionsToUnite } from './unite-versions.ts';
