/**
 * All that a household keeps. What people said is sealed (BLOB) with the key of who said it; times are milliseconds.
 */
export const SCHEMA = `
  CREATE TABLE IF NOT EXISTS profiles (
    id TEXT PRIMARY KEY, minor INTEGER NOT NULL, guardian TEXT REFERENCES profiles(id), name BLOB, created_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS consents (
    id INTEGER PRIMARY KEY, profile TEXT NOT NULL, purpose TEXT NOT NULL, text_version TEXT NOT NULL,
    actor TEXT NOT NULL, given_at INTEGER NOT NULL, withdrawn_at INTEGER, withdrawn_by TEXT
  ) STRICT;
  CREATE TABLE IF NOT EXISTS preferences (
    id INTEGER PRIMARY KEY, profile TEXT NOT NULL, fact BLOB NOT NULL, source TEXT NOT NULL, evidence TEXT NOT NULL,
    count INTEGER NOT NULL, last_seen INTEGER NOT NULL, confidence REAL NOT NULL, expires_at INTEGER, consent INTEGER
  ) STRICT;
  CREATE TABLE IF NOT EXISTS list_items (
    id INTEGER PRIMARY KEY, profile TEXT NOT NULL, entry BLOB NOT NULL, added_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS notes (
    id INTEGER PRIMARY KEY, profile TEXT NOT NULL, text BLOB NOT NULL, added_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS timers (
    id INTEGER PRIMARY KEY, profile TEXT NOT NULL, name BLOB, seconds INTEGER NOT NULL, due_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS lights (
    room TEXT PRIMARY KEY, state TEXT NOT NULL, color TEXT, changed_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS playing (
    only INTEGER PRIMARY KEY CHECK (only = 1), profile TEXT NOT NULL, track BLOB NOT NULL, since INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS plays (
    id INTEGER PRIMARY KEY, profile TEXT NOT NULL, song BLOB NOT NULL, trace_id TEXT NOT NULL, played_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS transcripts (
    trace_id TEXT PRIMARY KEY, profile TEXT NOT NULL, text BLOB NOT NULL, kept_at INTEGER NOT NULL, expires_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS executions (
    trace_id TEXT NOT NULL, call_index INTEGER NOT NULL, profile TEXT NOT NULL, reply BLOB NOT NULL, outcome TEXT NOT NULL,
    executed_at INTEGER NOT NULL, PRIMARY KEY (trace_id, call_index)
  ) STRICT;
`;
