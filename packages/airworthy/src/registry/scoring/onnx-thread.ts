/** The jobs of a thread that holds one ONNX session: `openModel` once, then `scoreTables` as often as wanted. */
import type { Model } from '../../models/model.ts';
import { type OnnxModel, openOnnx } from '../../models/onnx/open-onnx.ts';
import type { CategoryColumn, Column, Table } from '../../models/table.ts';

let opened: OnnxModel | undefined;

export async function openModel({ bytes, model }: { bytes: Uint8Array; model: Model }): Promise<void> {
  opened = await openOnnx(bytes, model);
}

/** The scores of all tables, one after the other, in as few runs as their rows need. */
export async function scoreTables(tables: readonly Table[]): Promise<Float64Array> {
  if (!opened) throw new Error('scoreTables before openModel');
  return opened.scoreTable(tables.length === 1 ? tables[0] : joinTables(tables));
}

/** Tables with the same columns as one. */
function joinTables(tables: readonly Table[]): Table {
  const columns = Object.keys(tables[0].columns).map((name) => {
    const parts = tables.map((table) => table.columns[name]);
    return [name, joinColumns(parts)] as const;
  });
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  return { rows, columns: Object.fromEntries(columns) };
}

function joinColumns(parts: readonly Column[]): Column {
  if (isCategories(parts)) return joinCategories(parts);
  const values = Float64Array.from(
    parts.flatMap((part) => (part.kind === 'category' ? [] : [...part.values])),
  );
  return { kind: 'number', values };
}

function isCategories(parts: readonly Column[]): parts is readonly CategoryColumn[] {
  return parts[0].kind === 'category';
}

function joinCategories(parts: readonly CategoryColumn[]): CategoryColumn {
  const categories = [...new Set(parts.flatMap((part) => part.categories))];
  const codeOf = new Map(categories.map((category, code) => [category, code]));
  const codes = parts.flatMap((part) =>
    Array.from(part.codes, (code) => (code === -1 ? -1 : codeOf.get(part.categories[code])!)),
  );
  return { kind: 'category', codes: Int32Array.from(codes), categories };
}
