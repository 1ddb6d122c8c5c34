import type { Signature } from '../../models/signature.ts';
import type { Context } from '../../store/ports.ts';
import type { RuntimeSpec } from './schema.ts';

/** A service as it is opened: what it says, and its files by path. */
export interface Service {
  context: Context;
  spec: RuntimeSpec;
  signature: Signature;
  /** Every byte is as packed. */
  read(path: string): Promise<Buffer>;
}
