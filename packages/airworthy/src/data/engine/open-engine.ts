import { availableParallelism, totalmem } from 'node:os';
import type { DuckDBAppender, DuckDBResult } from '@duckdb/node-api';
import { AirworthyError } from '../../kernel/errors.ts';
import { sqlText, sqlTexts } from './sql-text.ts';

/** What a value of a result row can be; 64-bit integers come as numbers. */
export type SqlValue = string | number | boolean | null | SqlValue[];
export type SqlRow = Record<string, SqlValue>;

/** DuckDB, shut in: it sees the listed files and one scratch folder, and nothing of the network. */
export interface Engine extends Disposable {
  /** Runs a statement for its effect. */
  run(sql: string): Promise<void>;
  /** All rows of a small result. */
  all<Row = SqlRow>(sql: string): Promise<Row[]>;
  /** The first row. */
  one<Row = SqlRow>(sql: string): Promise<Row>;
  /** The columns of a middle-sized result, by name. */
  columns<Columns extends Record<string, SqlValue[]>>(sql: string): Promise<Columns>;
  /** A large result, chunk by chunk, in row order. */
  stream(sql: string): Promise<DuckDBResult>;
  /** Fills a table with rows from here. */
  appender(table: string): Promise<DuckDBAppender>;
}

export interface EngineOptions {
  scratch: string;
  /** Files that may be read, absolute. */
  files: readonly string[];
  /** Columns of the widest table. */
  width: number;
  signal?: AbortSignal | undefined;
}

/** From this many columns on, two threads that write Parquet hold more than they gain: measured slower, and out of memory. */
const WIDE = 50;

/** DuckDB's own share; beyond it, it spills to the scratch folder. */
const MEMORY_BYTES = Math.min(1.5e9, totalmem() / 3);

export async function openEngine(options: EngineOptions): Promise<Engine> {
  // Loaded when first needed: a server that only predicts never pays for it.
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(options.width > WIDE ? 1 : availableParallelism()),
    memory_limit: `${Math.round(MEMORY_BYTES / 1e6)}MB`,
    temp_directory: options.scratch,
    preserve_insertion_order: 'true',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  const connection = await instance.connect();
  for (const setting of settings(options)) await connection.run(setting);
  const interrupt = () => connection.interrupt();
  options.signal?.addEventListener('abort', interrupt);
  const guard = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    options.signal?.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      options.signal?.throwIfAborted();
      throw resourceError(error) ?? error;
    }
  };
  const all = <Row>(sql: string) =>
    guard(async () => {
      const reader = await connection.runAndReadAll(sql);
      return reader.getRowObjectsJS().map((row) => plainRow(row)) as Row[];
    });
  const columns = <Columns>(sql: string) =>
    guard(async () => {
      const reader = await connection.runAndReadAll(sql);
      return Object.fromEntries(
        Object.entries(reader.getColumnsObjectJS()).map(([name, values]) => [name, plainValue(values)]),
      ) as Columns;
    });
  return {
    all,
    columns,
    run: (sql) => guard(async () => void (await connection.run(sql))),
    one: async <Row>(sql: string) => (await all<Row>(sql))[0],
    stream: (sql) => guard(() => connection.stream(sql)),
    appender: (table) => guard(() => connection.createAppender(table)),
    [Symbol.dispose]() {
      options.signal?.removeEventListener('abort', interrupt);
      connection.closeSync();
      instance.closeSync();
    },
  };
}

function settings({ scratch, files }: EngineOptions): string[] {
  return [
    // Times without a zone are UTC, on every machine.
    "SET TimeZone = 'UTC'",
    // Content files never change while they are read; a wide one's footer takes longer than a query.
    'SET parquet_metadata_cache = true',
    `SET allowed_directories = [${sqlText(`${scratch}/`)}]`,
    `SET allowed_paths = ${sqlTexts(files)}`,
    'SET enable_external_access = false',
    'SET lock_configuration = true',
  ];
}

function plainRow(row: Record<string, unknown>): SqlRow {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plainValue(value)]));
}

function plainValue(value: unknown): SqlValue {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(plainValue);
  return value as SqlValue;
}

/** Full disks and exhausted memory are the machine's state, not a fault of the data. */
function resourceError(error: unknown): AirworthyError | undefined {
  const message = error instanceof Error ? error.message : String(error);
  if (/No space left on device|max_temp_directory_size/i.test(message))
    return new AirworthyError('DISK_FULL', {
      message: 'the disk filled up while data was read',
      cause: error,
    });
  if (/^Out of Memory Error/i.test(message))
    return new AirworthyError('DATA_TOO_LARGE', {
      message: `the data does not fit in memory: ${message}`,
      cause: error,
    });
  return undefined;
}
