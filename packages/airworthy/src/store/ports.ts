import type { Readable } from 'node:stream';
import type { Kysely } from 'kysely';
import type { Clock } from '../kernel/clock.ts';
import type { Events } from '../kernel/events.ts';
import type { Logger } from '../kernel/logger.ts';
import type { Progress } from '../kernel/progress.ts';
import type { FolderLock } from './folder-lock.ts';
import type { Schema } from './sql/schema.ts';

/** SQL behind one schema: SQLite in the data folder, PostgreSQL when outgrown. */
export interface Database {
  /** Reads, and single-statement writes. */
  readonly sql: Kysely<Schema>;
  /** Runs writes in one transaction; resolves only when they are on disk. Concurrent writers share one commit. */
  write<Result>(work: (sql: Kysely<Schema>) => Promise<Result>): Promise<Result>;
  /** Resolves when the database answers and has every migration; rejects with the reason why not. */
  ready(): Promise<void>;
  /**
   * Rewrites the database's files, so that nothing of what was deleted is left in them; writes wait meanwhile. Where that
   * is not in its power it resolves with what is left, and where.
   */
  compact(): Promise<string | undefined>;
  /** Waits for the writes under way. */
  close(): Promise<void>;
}

/** Positions of bytes, both within. */
export interface ByteRange {
  start: number;
  end: number;
}

/** What came of putting a stream. */
export interface BlobContent {
  digest: string;
  /** Bytes. */
  size: number;
}

/** Content-addressed bytes: the digest is the name, so a put is idempotent and a get cannot be stale. */
export interface Blobs {
  /** Durable when it resolves. Returns the sha256. */
  put(bytes: Uint8Array | string): Promise<string>;
  /** Takes a finished file in, which must not be written to afterwards; durable when it resolves. Returns the sha256. */
  putFile(path: string): Promise<string>;
  /** Takes in bytes as they come, in constant memory; durable when it resolves. What breaks off leaves nothing. */
  putStream(source: AsyncIterable<Uint8Array>): Promise<BlobContent>;
  has(digest: string): Promise<boolean>;
  /** Throws BLOB_NOT_FOUND where there is none, BLOB_ALTERED where its bytes are not those that were put. */
  get(digest: string): Promise<Buffer>;
  /**
   * The bytes as a stream, from `start` up to and with `end` where a range is given. Throws BLOB_NOT_FOUND; a stream of
   * altered bytes fails with BLOB_ALTERED before its end.
   */
  openStream(digest: string, range?: ByteRange): Promise<Readable>;
  /**
   * A local path at which the content can be read (by DuckDB, a child process); do not write to it. Throws as `get`
   * does.
   */
  localPath(digest: string): Promise<string>;
  /** Deletes the content for good; none of that digest is fine. Only for what no record names any more. */
  delete(digest: string): Promise<void>;
}

export interface Store {
  readonly database: Database;
  readonly blobs: Blobs;
  /** The data folder: for what must be files (bundles, keys, scratch). */
  readonly folder: string;
  /** Taken by the first write where it was not before; given back on close. */
  readonly lock: FolderLock;
  close(): Promise<void>;
}

/** What every verb of every stage gets: whose project, who acts, and the means. */
export interface Context {
  readonly project: string;
  readonly actor: string;
  readonly store: Store;
  readonly clock: Clock;
  readonly events: Events;
  readonly log: Logger;
  readonly progress: Progress;
  /** Aborted when the person or the server stops the work. */
  readonly signal?: AbortSignal;
}
