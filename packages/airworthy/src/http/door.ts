import type { Endpoints, ServingConfig } from '../serving/index.ts';
import type { Context } from '../store/ports.ts';
import type { CommandRunner } from './commands/schema.ts';
import type { ServerMetrics } from './probes/metrics.ts';

/** What a server is made of. */
export interface ServerDependencies {
  context: Context;
  endpoints: Endpoints;
  config: ServingConfig;
  /** Airworthy's version, as told to clients. */
  version: string;
  /** AIRWORTHY_TOKEN; required when `config.host` is not loopback. */
  token?: string | undefined;
  /** Runs commands of other processes on this data folder; none are taken where absent. */
  commands?: CommandRunner;
}

/** What every door gets. */
export interface DoorDependencies extends ServerDependencies {
  metrics: ServerMetrics;
  /** True once the server has begun to close. */
  draining(): boolean;
}
