/** The jobs of a thread that scores: `openModel` once, then `scorePart` or `scoreBlock` as often as wanted. */
import type { RowProblem } from '../../models/check-table.ts';
import { compileModel } from '../../models/compile-model.ts';
import type { Model } from '../../models/model.ts';
import { openOnnx } from '../../models/onnx/open-onnx.ts';
import { recordsToTable } from '../../models/read-record.ts';
import type { Scorer } from '../../models/scorer.ts';
import type { Signature } from '../../models/signature.ts';
import type { Table } from '../../models/table.ts';
import { toPredictions } from '../../models/to-prediction.ts';
import { createRecordCheck, type RecordCheck } from '../records/check-records.ts';
import { createDefaults } from '../records/fill-defaults.ts';
import { type BlockResult, type LineBlock, scoreLines } from './score-lines.ts';
import { type ScoredModel, type ScoredRows, scoreTable } from './score-table.ts';

interface Opened {
  model: ScoredModel;
  scorer: Scorer;
  check: RecordCheck;
  fill: ((value: unknown) => unknown) | undefined;
}

let opened: Opened | undefined;

export interface ModelToOpen {
  model: Model;
  signature: Signature;
  /** The graph of an ONNX model. */
  graph: Uint8Array | null;
}

export async function openModel({ model, signature, graph }: ModelToOpen): Promise<void> {
  const scorer = graph === null ? compileModel(model) : await openOnnx(graph, model);
  const { task, threshold, fields } = model;
  opened = {
    model: { task, fields, ...(threshold === undefined ? {} : { threshold }) },
    scorer,
    check: createRecordCheck(signature),
    fill: createDefaults(fields),
  };
}

export function scorePart({ table, unread }: { table: Table; unread: RowProblem[] }): Promise<ScoredRows> {
  const { model, scorer } = requireOpened();
  return scoreTable(model, scorer, table, unread);
}

export function scoreBlock(block: LineBlock): Promise<BlockResult> {
  const { model, scorer, check, fill } = requireOpened();
  return scoreLines(block, {
    names: model.fields.map(({ name }) => name),
    check,
    fill,
    answer: async (records) =>
      toPredictions(model, await scorer.scoreTable(recordsToTable(model.fields, records))),
  });
}

function requireOpened(): Opened {
  if (!opened) throw new Error('a part to score before openModel');
  return opened;
}
