import type { Project } from '../project/load-project.ts';
import type { Endpoints, Gateway, ServingConfig, Statistics } from '../serving/index.ts';
import type { Context } from '../store/ports.ts';
import type { CommandRunner } from './commands/schema.ts';
import type { ServerMetrics } from './probes/metrics.ts';

/** What a server is made of. */
export interface ServerDependencies {
  context: Context;
  /** For what its config says of the stages after serving. */
  project: Project;
  endpoints: Endpoints;
  /** What the endpoints count in; where absent, nothing is shown of what they did. */
  statistics?: Statistics | undefined;
  config: ServingConfig;
  /** Who calls language models; the server's own where absent. */
  gateway?: Gateway | undefined;
  /** Airworthy's version, as told to clients. */
  version: string;
  /** AIRWORTHY_TOKEN; required when `config.host` is not loopback. */
  token?: string | undefined;
  /** Where the built pages are; the package's own where absent. */
  pagesFolder?: string;
  /** Runs commands of other processes on this data folder; none are taken where absent. */
  commands?: CommandRunner;
}

/** What every door gets. */
export interface DoorDependencies extends ServerDependencies {
  statistics: Statistics;
  gateway: Gateway;
  metrics: ServerMetrics;
  /** Aborted once the server has begun to close. */
  draining: AbortSignal;
}
