import { z } from 'zod';
import type { DataConfig } from '../../data/index.ts';
import { FieldProblem, type Release } from '../schema.ts';

export const OutputFormat = z.enum(['parquet', 'csv', 'jsonl']);
export type OutputFormat = z.infer<typeof OutputFormat>;

/** Files to score, and where the answers go. */
export interface ScoreRequest {
  /** Whose answers these are, by name, for the record. */
  endpoint: string;
  release: Release;
  /** Paths or globs, from `folder` on. */
  input: readonly string[];
  output: string;
  /** What paths are relative to. */
  folder: string;
  /** Columns of the input that are carried along; `*`: all. */
  keep: readonly string[];
  /** Where rejected rows go; beside the output where absent. */
  rejected?: string | undefined;
  workers?: number | undefined;
  /** How text is read, as the project reads its own data. */
  text: Pick<DataConfig, 'encoding' | 'missing' | 'columns'>;
}

/** A row that has no answer, and why: one line of the side file. */
export const RejectedRow = z.strictObject({
  file: z.string(),
  line: z.int().optional().describe('From 1, where the format has lines.'),
  record: z.int().optional().describe('From 1, among the records of the file.'),
  problems: z.array(FieldProblem),
});
export type RejectedRow = z.infer<typeof RejectedRow>;

/** What came of it. */
export const ScoreReport = z.strictObject({
  endpoint: z.string(),
  model: z.string(),
  version: z.int(),
  bundle: z.string(),
  run: z.string().describe('The run that records what was read and what was made.'),
  rows: z.int(),
  scored: z.int(),
  rejected: z.int(),
  output: z.string(),
  outputDigest: z.string(),
  rejectedFile: z.string().nullable(),
  absent: z.array(z.string()).describe('Fields that the input has no column for: null, or their default.'),
  resumed: z.int().describe('Rows that an earlier attempt, which was broken off, had scored.'),
});
export type ScoreReport = z.infer<typeof ScoreReport>;
