import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { delimiter, join } from 'node:path';
import { Client } from 'pg';
import { newId } from '../src/kernel/ids.ts';

/** A PostgreSQL server for tests: each gets a schema of its own. */
export interface TestPostgres {
  /** The server's own address. */
  url: string;
  /** The address of a new, empty schema. */
  createSchema(): Promise<string>;
  /** Drops the schemas; stops and removes the server where it was started here. */
  stop(): Promise<void>;
}

/**
 * The server that AIRWORTHY_TEST_POSTGRES names, or one started from the programs installed here; where there is
 * neither, the reason to skip.
 */
export async function openTestPostgres(): Promise<TestPostgres | { skip: string }> {
  const given = process.env.AIRWORTHY_TEST_POSTGRES;
  if (given) return schemasOn(given);
  const programs = findPrograms();
  if (programs === undefined) {
    return { skip: 'no PostgreSQL: set AIRWORTHY_TEST_POSTGRES to a postgres:// URL, or install its server' };
  }
  try {
    const server = startServer(programs);
    return schemasOn(server.url, server.stop);
  } catch (error) {
    return { skip: `the PostgreSQL server in ${programs} does not start: ${String(error)}` };
  }
}

function findPrograms(): string | undefined {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    ...(process.env.PATH ?? '').split(delimiter),
    ...versions.map((version) => join(debian, version, 'bin')),
  ];
  return folders.find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'pg_ctl')));
}

/** A server in a temporary folder that only a socket in that folder leads to. */
function startServer(programs: string): { url: string; stop(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'airworthy-pg-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const data = join(folder, 'data');
  try {
    const run = asOrdinaryUser(folder);
    run(join(programs, 'initdb'), ['-D', data, '-A', 'trust', '-U', 'airworthy', '-E', 'UTF8', '--no-sync']);
    // It is killed with what it holds: nothing need outlast the machine.
    const options = `-k ${folder} -h '' -c fsync=off -c full_page_writes=off`;
    const start = ['start', '-w', '-D', data, '-l', join(folder, 'log'), '-o', options];
    run(join(programs, 'pg_ctl'), start);
    return {
      url: `postgres://airworthy@localhost/postgres?host=${encodeURIComponent(folder)}`,
      stop() {
        run(join(programs, 'pg_ctl'), ['stop', '-D', data, '-m', 'immediate']);
        remove();
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}

/** PostgreSQL refuses to run as root. */
function asOrdinaryUser(folder: string): (program: string, args: readonly string[]) => void {
  const options = { cwd: folder, stdio: 'pipe' } as const;
  if (userInfo().uid !== 0) return (program, args) => void execFileSync(program, args, options);
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  chownSync(folder, id('-u'), id('-g'));
  return (program, args) => void execFileSync('runuser', ['-u', 'postgres', '--', program, ...args], options);
}

function schemasOn(url: string, stopServer?: () => void): TestPostgres {
  const made: string[] = [];
  async function execute(statement: string): Promise<void> {
    const client = new Client({ connectionString: url });
    await client.connect();
    await client.query(statement).finally(() => client.end());
  }
  return {
    url,
    async createSchema() {
      const schema = newSchemaName();
      await execute(`CREATE SCHEMA ${schema}`);
      made.push(schema);
      return inSchema(url, schema);
    },
    async stop() {
      if (stopServer) return stopServer();
      for (const schema of made)
        await execute(`SET client_min_messages = warning; DROP SCHEMA ${schema} CASCADE`);
    },
  };
}

/** Schemas made at once, as the process that makes them takes longer than most tests. */
const SCHEMAS_AT_ONCE = 8;
/** Made and not yet handed out. */
const spareSchemas: string[] = [];

/**
 * A new schema on a server, at once: for a test that cannot wait. It stays there until its server, which is one for
 * tests, is removed.
 */
export function createSchemaNow(url: string): string {
  const spare = spareSchemas.pop();
  if (spare !== undefined) return inSchema(url, spare);
  const made = Array.from({ length: SCHEMAS_AT_ONCE }, newSchemaName);
  const script = `const { Client } = await import('pg');
    const client = new Client({ connectionString: process.argv[1] });
    await client.connect();
    await client.query('${made.map((schema) => `CREATE SCHEMA ${schema}`).join('; ')}');
    await client.end();`;
  execFileSync(process.execPath, ['--input-type=module', '-e', script, url], { cwd: import.meta.dirname });
  const [schema, ...rest] = made;
  spareSchemas.push(...rest);
  return inSchema(url, schema);
}

const newSchemaName = () => `airworthy_test_${newId()}`;

function inSchema(url: string, schema: string): string {
  const address = new URL(url);
  address.searchParams.set('options', `-c search_path=${schema}`);
  return address.href;
}
