/** What lets people read the record both ways and page through it: who read what, and an index for each list. */
export const lineage: readonly string[] = [
  `CREATE TABLE run_input (project TEXT NOT NULL, digest TEXT NOT NULL, run TEXT NOT NULL, kind TEXT NOT NULL,
     PRIMARY KEY (project, digest, run))`,
  `INSERT INTO run_input (project, digest, run, kind)
     SELECT DISTINCT run.project, dataset_version.digest, run.id, 'dataset-version' FROM run
       JOIN dataset_version ON dataset_version.project = run.project
         AND run.inputs_json LIKE '%"' || dataset_version.digest || '"%'`,

  `CREATE INDEX bundle_of_run ON bundle (project, run)`,
  `CREATE INDEX model_version_of_bundle ON model_version (project, bundle)`,
  `CREATE INDEX deployment_of_bundle ON deployment (project, bundle)`,
  `CREATE INDEX deployment_now ON deployment (project, endpoint) WHERE ended_at IS NULL`,

  `DROP INDEX run_by_parent`,
  `CREATE INDEX run_by_parent ON run (project, parent_run, started_at, id)`,
  `CREATE INDEX run_by_name ON run (project, started_at, id, name)`,
  `CREATE INDEX verdict_by_time ON verdict (project, created_at)`,
  `CREATE INDEX journal_step_by_time ON journal_step (project, step, started_at)`,
  `CREATE INDEX alert_by_opening ON alert (project, opened_at, id)`,
  `CREATE INDEX alert_by_state ON alert (project, state, tier)`,
  `CREATE INDEX audit_entry_of_object ON audit_entry (project, object, sequence)`,
];
