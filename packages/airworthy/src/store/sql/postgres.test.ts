import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { after, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { sql as raw } from 'kysely';
import { openTestPostgres } from '../../../test/postgres-server.ts';
import { AirworthyError, toAirworthyError } from '../../kernel/errors.ts';
import { MIGRATIONS, type Migration } from './migrate.ts';
import { openPostgres } from './postgres.ts';

const postgres = await openTestPostgres();
const skip = 'skip' in postgres ? postgres.skip : false;
after(async () => {
  if (!('skip' in postgres)) await postgres.stop();
});

async function newSchema(): Promise<string> {
  if ('skip' in postgres) throw new Error(postgres.skip);
  return postgres.createSchema();
}

async function failureOf(work: Promise<unknown>): Promise<AirworthyError> {
  const error = await work.then(
    () => assert.fail('nothing was thrown'),
    (thrown: unknown) => thrown,
  );
  return toAirworthyError(error);
}

const insert = (name: string) => ({ project: 'p', name, created_at: 1 });

test('an address that is not PostgreSQL is refused without being repeated', () => {
  for (const url of [
    'mysql://me:secret@db/x',
    'secret',
    'postgres://me:secret@/x',
    'postgres://me:secret@db:port/x',
  ]) {
    assert.throws(
      () => openPostgres(url),
      (error) => {
        assert.ok(AirworthyError.is(error) && error.code === 'BAD_ARGUMENT');
        assert.doesNotMatch(JSON.stringify(error), /secret/);
        return true;
      },
    );
  }
});

test('a server that is not there is named, without the password; exit 4, status 503', async () => {
  const closed = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => closed.once('listening', resolve));
  const { port } = closed.address() as { port: number };
  closed.close();
  const database = openPostgres(`postgres://me:secret@127.0.0.1:${port}/airworthy`);
  const read = database.sql.selectFrom('project').selectAll().execute();
  for (const attempt of [database.ready(), read, database.write(async () => 1)]) {
    const error = await failureOf(attempt);
    assert.deepEqual([error.code, error.status, error.exitCode], ['STORE_UNREACHABLE', 503, 4]);
    assert.match(error.message, new RegExp(`127\\.0\\.0\\.1:${port}/airworthy.*ECONNREFUSED`));
    assert.doesNotMatch(JSON.stringify(error) + error.stack + String(error.cause), /secret/);
  }
  await database.close();
});

test('a database that is not on the server is named', { skip }, async () => {
  const address = new URL(await newSchema());
  address.pathname = '/elsewhere';
  const database = openPostgres(address.href);
  assert.match((await failureOf(database.ready())).message, /elsewhere/);
  await database.close();
});

test('migrations are applied once, a failing one leaves nothing, a newer database is refused', {
  skip,
}, async () => {
  const url = await newSchema();
  const added: Migration = { name: '9999-added', statements: ['CREATE TABLE added (name TEXT)'] };
  const broken: Migration = { name: '9998-broken', statements: [...added.statements, 'CREATE TABLE added'] };
  const openWith = async (migrations: readonly Migration[]) => {
    const database = openPostgres(url, migrations);
    await database.ready().finally(() => database.close());
  };
  await Promise.all([openWith(MIGRATIONS), openWith(MIGRATIONS), openWith(MIGRATIONS)]);
  await assert.rejects(openWith([...MIGRATIONS, broken]), /syntax error/);
  await openWith([...MIGRATIONS, added]);
  await assert.rejects(openWith(MIGRATIONS), { code: 'STORE_NEWER', message: /9999-added/ });
});

test('a connection lost in the middle of a write fails that write, and the next one goes on', {
  skip,
}, async () => {
  const database = openPostgres(await newSchema());
  const lost = database.write(async (sql) => {
    await sql.insertInto('dataset').values(insert('lost')).execute();
    const { rows } = await raw<{ pid: number }>`SELECT pg_backend_pid() AS pid`.execute(sql);
    await raw`SELECT pg_terminate_backend(${rows[0].pid})`.execute(database.sql);
    // The driver learns of it while no query is under way.
    await pause(50);
    await sql.insertInto('dataset').values(insert('lost too')).execute();
  });
  assert.equal((await failureOf(lost)).code, 'STORE_UNREACHABLE');
  await database.write((sql) => sql.insertInto('dataset').values(insert('kept')).execute());
  const rows = await database.sql.selectFrom('dataset').select('name').execute();
  assert.deepEqual(rows, [{ name: 'kept' }]);
  await database.close();
});

test('idle connections that the server ends do not end the process', { skip }, async () => {
  const database = openPostgres(await newSchema());
  const { sql } = database;
  const backend = () => raw<{ pid: number }>`SELECT pg_backend_pid() AS pid, pg_sleep(0.05)`.execute(sql);
  const pids = (await Promise.all([1, 2, 3].map(backend))).map(({ rows }) => rows[0].pid);
  assert.equal(new Set(pids).size, 3);
  await raw`SELECT pg_terminate_backend(pid) FROM unnest(${pids}::int[]) AS one (pid)
    WHERE pid <> pg_backend_pid()`.execute(sql);
  await pause(50);
  await database.write((own) => own.insertInto('dataset').values(insert('kept')).execute());
  await database.close();
});

test('text that PostgreSQL cannot hold is bad input', { skip }, async () => {
  const database = openPostgres(await newSchema());
  const write = (name: string) =>
    database.write((sql) => sql.insertInto('dataset').values(insert(name)).execute());
  assert.equal((await failureOf(write('a\0b'))).code, 'BAD_ARGUMENT');
  const random = Array.from({ length: 20_000 }, (_, index) =>
    String.fromCodePoint(33 + ((index * index) % 8009)),
  );
  assert.equal((await failureOf(write(random.join('')))).code, 'BAD_ARGUMENT');
  await write('fine');
  await database.close();
});

test('more readers than connections wait their turn, and commits are synchronous', { skip }, async () => {
  const database = openPostgres(await newSchema());
  await Promise.all(Array.from({ length: 50 }, () => raw`SELECT pg_sleep(0.01)`.execute(database.sql)));
  const { rows } = await database.write((sql) =>
    raw<{ synchronous_commit: string }>`SHOW synchronous_commit`.execute(sql),
  );
  assert.equal(rows[0].synchronous_commit, 'on');
  await database.close();
});
