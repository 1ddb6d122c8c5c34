/** What erasing a person needs: whose a prediction is, a way to all that is somebody's, and the record of each erasure. */
export const erasure: readonly string[] = [
  'ALTER TABLE prediction ADD COLUMN subject TEXT',
  'CREATE INDEX prediction_of_subject ON prediction (project, subject) WHERE subject IS NOT NULL',
  'CREATE INDEX prediction_of_unit ON prediction (project, unit_key) WHERE unit_key IS NOT NULL',
  'CREATE INDEX trace_of_subject ON trace (project, subject) WHERE subject IS NOT NULL',
  'CREATE INDEX span_of_subject ON span (project, subject) WHERE subject IS NOT NULL',
  'ALTER TABLE dataset_version ADD COLUMN erased_json TEXT',

  `CREATE TABLE revision_floor (project TEXT NOT NULL, endpoint TEXT NOT NULL, revision BIGINT NOT NULL,
     PRIMARY KEY (project, endpoint))`,

  `CREATE TABLE erasure (project TEXT NOT NULL, id TEXT NOT NULL, subject TEXT, commitment TEXT NOT NULL, actor TEXT NOT NULL,
     reason TEXT NOT NULL, state TEXT NOT NULL, started_at BIGINT NOT NULL, ended_at BIGINT, receipt TEXT,
     PRIMARY KEY (project, id))`,
  'CREATE UNIQUE INDEX erasure_under_way ON erasure (project, subject) WHERE subject IS NOT NULL',
  'CREATE INDEX erasure_by_time ON erasure (project, started_at, id)',
  `CREATE TABLE erasure_item (project TEXT NOT NULL, erasure TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL,
     PRIMARY KEY (project, erasure, kind, id)) WITHOUT ROWID`,
  `CREATE TABLE erasure_count (project TEXT NOT NULL, erasure TEXT NOT NULL, kind TEXT NOT NULL, count BIGINT NOT NULL,
     PRIMARY KEY (project, erasure, kind))`,
  `CREATE TABLE erased_training (project TEXT NOT NULL, bundle TEXT NOT NULL, erasure TEXT NOT NULL,
     dataset_version TEXT NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (project, bundle, erasure, dataset_version))`,
];
