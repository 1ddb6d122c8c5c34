import { AirworthyError } from '../../kernel/errors.ts';
import type { Context } from '../../store/ports.ts';
import { loggedModelNotFound } from '../logged-models/logged-model-rows.ts';
import { requireRun } from '../runs/run-rows.ts';
import {
  type ArtifactLocation,
  type ArtifactRoot,
  locateArtifactUri,
  modelArtifactUri,
  runArtifactUri,
} from './artifact-location.ts';

/** Where something keeps its artifacts. */
export interface OwnArtifacts {
  /** As clients are told. */
  uri: string;
  /** Undefined where clients keep them in a place of their own. */
  location: ArtifactLocation | undefined;
}

/** Throws RUN_NOT_FOUND. */
export async function findRunArtifacts(context: Context, run: string): Promise<OwnArtifacts> {
  const { sql } = context.store.database;
  const { experiment } = await requireRun(sql, context.project, run);
  const row = await sql
    .selectFrom('experiment')
    .select(['number', 'artifact_location'])
    .where('project', '=', context.project)
    .where('name', '=', experiment)
    .executeTakeFirst();
  return toOwn(runArtifactUri(toRoot(row), run));
}

/** Throws LOGGED_MODEL_NOT_FOUND. */
export async function findModelArtifacts(context: Context, model: string): Promise<OwnArtifacts> {
  const row = await context.store.database.sql
    .selectFrom('logged_model')
    .leftJoin('experiment', (join) =>
      join
        .onRef('experiment.project', '=', 'logged_model.project')
        .onRef('experiment.number', '=', 'logged_model.experiment'),
    )
    .select(['experiment.number', 'experiment.artifact_location'])
    .where('logged_model.project', '=', context.project)
    .where('logged_model.id', '=', model)
    .where('logged_model.deleted_at', 'is', null)
    .executeTakeFirst();
  if (row) return toOwn(modelArtifactUri(toRoot(row), model));
  throw loggedModelNotFound(model);
}

/** Throws ARTIFACT_ELSEWHERE. */
export function requireKeptHere({ uri, location }: OwnArtifacts): ArtifactLocation {
  if (location) return location;
  throw new AirworthyError('ARTIFACT_ELSEWHERE', {
    message: `the artifacts are at ${uri}, not on this server`,
  });
}

function toRoot(row: { number: number | null; artifact_location: string | null } | undefined): ArtifactRoot {
  return { number: row?.number ?? 0, artifactLocation: row?.artifact_location ?? null };
}

function toOwn(uri: string): OwnArtifacts {
  return { uri, location: locateArtifactUri(uri) };
}
