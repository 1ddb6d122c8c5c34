import type { Endpoints, ServingConfig, Statistics } from '../serving/index.ts';
import type { Context } from '../store/ports.ts';

export interface GrpcDependencies {
  context: Context;
  endpoints: Endpoints;
  statistics: Statistics;
  config: ServingConfig;
  /** `registry.alias`: the version that is loaded where none is named. */
  alias: string;
  /** Airworthy's version, as told to clients. */
  version: string;
  /** Asked of every call but those that ask whether the server lives. */
  token?: string | undefined;
  /** Aborted once the server has begun to close. */
  draining: AbortSignal;
}
