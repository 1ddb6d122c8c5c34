import { AirworthyError } from '../../kernel/errors.ts';
import type { Engine } from '../engine/open-engine.ts';
import { sqlName } from '../engine/sql-text.ts';
import { ROW, type SourceColumn, type SourceTable } from '../sources/source-table.ts';
import {
  BOOLEANS,
  DATES,
  DAY_FIRST,
  INTEGERS,
  isRead,
  MONTH_FIRST,
  matches,
  NUMBERS,
  type Reading,
} from './readings.ts';

/** Rows looked at to guess a reading; a guess counts only if all rows bear it out. */
const GUESS_ROWS = 1000;
/** From this share on, a text column counts as meant to be dates. */
const MOSTLY = 0.9;

/**
 * How each text column is read, decided on all rows: as booleans, integers, numbers or dates where every value is one,
 * else as text (absent from the result). Throws DATA_MIXED_DATES for a column of dates in two formats.
 */
export async function inferReadings(
  engine: Engine,
  table: SourceTable,
  columns: readonly SourceColumn[],
): Promise<Map<string, Reading>> {
  const guesses = await guessReadings(engine, table, columns);
  const counts = await countReadings(engine, table, guesses);
  const readings = new Map<string, Reading>();
  for (const { column, candidates } of guesses) {
    const { total, read } = counts[column.name];
    const fitting = candidates.filter((_, index) => total > 0 && read[index] === total);
    if (fitting.length > 0 && !isAmbiguous(fitting)) readings.set(column.name, fitting[0]);
    else if (fitting.length === 0 && candidates.some((reading) => reading.kind === 'timestamp'))
      await refuseMixedDates(engine, table, column);
  }
  return readings;
}

/** 03/04/2001 in every row: the column stays text, and the rule `type` says so. */
function isAmbiguous(fitting: readonly Reading[]): boolean {
  return fitting.includes(DAY_FIRST) && fitting.includes(MONTH_FIRST);
}

interface Guess {
  column: SourceColumn;
  candidates: Reading[];
}

async function guessReadings(
  engine: Engine,
  table: SourceTable,
  columns: readonly SourceColumn[],
): Promise<Guess[]> {
  if (columns.length === 0) return [];
  const stride = Math.max(1, Math.floor(table.rows / GUESS_ROWS));
  const rows = await engine.all<Record<string, string | null>>(
    `SELECT ${columns.map((column) => sqlName(column.name)).join(', ')} FROM ${table.relation}
     WHERE ${ROW} % ${stride} = 0 LIMIT ${GUESS_ROWS * 2}`,
  );
  return columns.map((column) => {
    const values = rows.map((row) => row[column.name]).filter((value) => value !== null);
    return { column, candidates: candidatesFor(column, values) };
  });
}

function candidatesFor(column: SourceColumn, values: readonly string[]): Reading[] {
  const all = (reading: Reading) => values.every((value) => matches(reading, value));
  const dateLike = values.filter((value) => DATES.some((date) => matches(date, value))).length;
  if (values.length > 0 && dateLike >= values.length * MOSTLY) return [...DATES];
  // A text in JSON was quoted by its writer: "12" is no number there.
  return column.text === 'csv' ? [BOOLEANS, INTEGERS, NUMBERS].filter(all) : [];
}

async function countReadings(
  engine: Engine,
  table: SourceTable,
  guesses: readonly Guess[],
): Promise<Record<string, { total: number; read: number[] }>> {
  const asked = guesses.filter((guess) => guess.candidates.length > 0);
  if (asked.length === 0)
    return Object.fromEntries(guesses.map(({ column }) => [column.name, { total: 0, read: [] }]));
  const terms = asked.flatMap(({ column, candidates }, index) => {
    const text = sqlName(column.name);
    const read = candidates.map((reading, at) => `count_if(${isRead(reading, text)}) AS r${index}_${at}`);
    return [`count(${text}) AS n${index}`, ...read];
  });
  const row = await engine.one<Record<string, number>>(`SELECT ${terms.join(', ')} FROM ${table.relation}`);
  return Object.fromEntries(
    guesses.map((guess) => {
      const index = asked.indexOf(guess);
      const read = guess.candidates.map((_, at) => row[`r${index}_${at}`]);
      return [guess.column.name, { total: index === -1 ? 0 : row[`n${index}`], read }];
    }),
  );
}

/** Called where no one format reads all values: an error if nearly all are dates of some format, else the column is text. */
async function refuseMixedDates(engine: Engine, table: SourceTable, column: SourceColumn): Promise<void> {
  const text = sqlName(column.name);
  const any = DATES.map((date) => isRead(date, text)).join(' OR ');
  const terms = DATES.flatMap((date, index) => [
    `count_if(${isRead(date, text)}) AS n${index}`,
    `min(${ROW}) FILTER (${isRead(date, text)}) AS at${index}`,
    `arg_min(${text}, ${ROW}) FILTER (${isRead(date, text)}) AS value${index}`,
  ]);
  const row = await engine.one<Record<string, number>>(
    `SELECT count(${text}) AS total, count_if(${any}) AS dates, ${terms.join(', ')} FROM ${table.relation}`,
  );
  if (row.dates < row.total * MOSTLY) return;
  const most = DATES.map((_, index) => index).reduce((a, b) => (row[`n${b}`] > row[`n${a}`] ? b : a));
  const other = await firstOther(engine, table, column, DATES[most]);
  if (other === undefined) return;
  const place = async (at: number) => table.locate(at);
  throw new AirworthyError('DATA_MIXED_DATES', {
    message:
      `column "${column.name}" holds dates in two formats: "${row[`value${most}`]}" (${await place(row[`at${most}`])}) ` +
      `and "${other.value}" (${await place(other.at)})`,
    at: column.name,
    facts: { column: column.name, values: [row[`value${most}`], other.value] },
  });
}

async function firstOther(
  engine: Engine,
  table: SourceTable,
  column: SourceColumn,
  usual: Reading,
): Promise<{ value: string; at: number } | undefined> {
  const text = sqlName(column.name);
  const others = DATES.filter((date) => date !== usual).map((date) => isRead(date, text));
  const rows = await engine.all<{ value: string; at: number }>(
    `SELECT ${text} AS value, ${ROW} AS at FROM ${table.relation}
     WHERE ${text} IS NOT NULL AND NOT ${isRead(usual, text)} AND (${others.join(' OR ')}) ORDER BY ${ROW} LIMIT 1`,
  );
  return rows[0];
}
