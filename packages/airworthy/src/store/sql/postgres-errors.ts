import { AirworthyError } from '../../kernel/errors.ts';

/** A PostgreSQL database as people may read of it: never with its password. */
export interface PostgresAddress {
  /** With user and password: for the driver only. */
  readonly url: string;
  /** `db.example:5432/airworthy` */
  readonly shown: string;
}

/** Reads an address such as `postgres://user:password@host:5432/database`. Throws BAD_ARGUMENT. */
export function parsePostgresUrl(url: string): PostgresAddress {
  const parsed = /^postgres(ql)?:\/\//.test(url) ? URL.parse(url) : null;
  if (parsed === null) {
    // The text itself may hold a password, so it is not repeated.
    throw new AirworthyError('BAD_ARGUMENT', {
      message: 'the address of the database (AIRWORTHY_DATABASE) is not a postgres:// URL',
      remedy: 'Give it as postgres://USER:PASSWORD@HOST:5432/DATABASE, or leave it out to use SQLite.',
      at: 'AIRWORTHY_DATABASE',
    });
  }
  const host = parsed.searchParams.get('host') || parsed.hostname || 'localhost';
  const database = decodeURIComponent(parsed.pathname.slice(1));
  return { url, shown: `${host}:${parsed.port || 5432}/${database}` };
}

/** SQLSTATEs by which the server refuses or ends a connection, or denies the use of the database. */
const UNREACHABLE_STATES = /^(08...|28...|57P0[1-5]|53300|25P03|3D000|3F000|42501)$/;
/** What the driver says where the server is gone; it has no codes for these. */
const UNREACHABLE_MESSAGES = /Connection terminated|not queryable|timeout exceeded when trying to connect/;
const NETWORK_CODES = /^(ECONN|ENOTFOUND|EAI_|ETIMEDOUT|EPIPE|EHOST|ENET|ENOENT|EACCES)/;
/** Text or numbers that SQLite takes and PostgreSQL does not: NUL in text, numbers too large, keys of many kB. */
const UNSTORABLE_STATES = /^(22003|22021|22P05|54...)$/;

/** Gives what the driver throws its catalogued code; what has none (a violated key, say) is returned as it is. */
export function translatePostgresError(address: PostgresAddress, thrown: unknown): unknown {
  if (AirworthyError.is(thrown)) return thrown;
  const { code = '' } = thrown as { code?: string };
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  if (UNSTORABLE_STATES.test(code)) {
    return new AirworthyError('BAD_ARGUMENT', {
      message: `PostgreSQL cannot store this: ${message}`,
      remedy: 'Leave NUL characters out of names and values, and keep names below 2 kB.',
    });
  }
  const gone =
    UNREACHABLE_STATES.test(code) || NETWORK_CODES.test(code) || UNREACHABLE_MESSAGES.test(message);
  return gone ? unreachable(address, thrown) : thrown;
}

/** The driver's error is not kept as a cause: it can hold the client, and that the password. */
export function unreachable(address: PostgresAddress, thrown: unknown): AirworthyError {
  const { code = '', message = '' } = thrown as { code?: string; message?: string };
  return new AirworthyError('STORE_UNREACHABLE', {
    message: `the PostgreSQL database at ${address.shown} cannot be used: ${message || code}`,
    facts: { database: address.shown, ...(code ? { reason: code } : {}) },
  });
}
