import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { findFiles } from '../../packages/airworthy/src/data/sources/find-files.ts';

/** Parquet files cut from all flights: one to learn from, others that were not learnt from. */
export interface PreparedFiles {
  /** A tenth of January. */
  january: string;
  /** A tenth of February. */
  february: string;
  /** January's flights that were not learnt from, put in another order: `sent` has nothing to do with `date`. */
  shuffled: string[];
}

/** Days that the shuffled flights are sent in. */
export const SHUFFLED_DAYS = 10;
/** Flights a day: enough for a window of a day to be tested. */
const A_DAY = 700;

const SANE = 'delay BETWEEN -120 AND 1440';
const LOT = 'hash(date, delay, distance, origin, destination) % 1000';

/** Cuts the files from the flights' Parquet; the same each time. */
export async function prepareFiles(source: string, folder: string, shuffles: number): Promise<PreparedFiles> {
  const [{ path: all }] = findFiles([source], import.meta.dirname);
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const flights = `(SELECT *, ${LOT} AS lot FROM read_parquet('${all}') WHERE ${SANE})`;
  const write = async (name: string, query: string): Promise<string> => {
    const path = join(folder, `${name}.parquet`);
    await connection.run(`COPY (${query}) TO '${path}' (FORMAT parquet)`);
    return path;
  };
  const month = (from: string, to: string) =>
    `SELECT date, delay, distance, origin, destination FROM ${flights}
     WHERE date >= '${from}' AND date < '${to}' AND lot < 100 ORDER BY date, delay, distance, origin, destination`;
  try {
    const january = await write('january', month('2001-01-01', '2001-02-01'));
    const february = await write('february', month('2001-02-01', '2001-03-01'));
    const shuffled: string[] = [];
    for (let index = 0; index < shuffles; index++) {
      shuffled.push(await write(`shuffled-${index}`, shuffledQuery(flights, index, shuffles)));
    }
    return { january, february, shuffled };
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** Each file has flights of its own, so that all of them together are as many independent looks. */
function shuffledQuery(flights: string, index: number, of: number): string {
  const own = `lot >= 100 AND (lot - 100) % ${of} = ${index} AND date < '2001-02-01'`;
  return `
    SELECT date, delay, distance, origin, destination,
      TIMESTAMP '2001-02-01' + INTERVAL 1 SECOND * CAST(floor((place - 1) * 86400.0 / ${A_DAY}) AS BIGINT) AS sent
    FROM (
      SELECT *, row_number() OVER (ORDER BY hash(lot, date, delay, distance, origin, destination, ${index})) AS place
      FROM ${flights} WHERE ${own}
    ) WHERE place <= ${A_DAY * SHUFFLED_DAYS} ORDER BY place`;
}
