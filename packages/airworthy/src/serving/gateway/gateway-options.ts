import type { TracesConfig } from '../../tracking/index.ts';
import type { GatewayConfig } from './config.ts';

export interface GatewayOptions {
  config: GatewayConfig;
  /** What is kept of calls, and what they cost. */
  traces?: TracesConfig | undefined;
  env?: Readonly<Record<string, string | undefined>> | undefined;
}
