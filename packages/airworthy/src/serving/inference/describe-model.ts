import type { Datatype, SignatureTensor } from '../../models/signature.ts';
import type { Endpoints } from '../endpoints/endpoints.ts';

/** What the protocol's extensions are called that this server has, as `GET /v2` lists them. */
export const EXTENSIONS = [
  'binary_tensor_data',
  'generate',
  'model_configuration',
  'model_repository',
  'parameters',
  'statistics',
] as const;

export interface ModelMetadata {
  name: string;
  versions: string[];
  platform: string;
  inputs: SignatureTensor[];
  outputs: SignatureTensor[];
}

/** @throws ENDPOINT_NOT_FOUND, ENDPOINT_NOT_READY, MODEL_VERSION_NOT_FOUND */
export function describeModel(endpoints: Endpoints, name: string, version?: string): ModelMetadata {
  const { signature, kind, versions } = endpoints.describe(name, version);
  const { inputs, outputs } = signature;
  return { name, versions, platform: `airworthy_${kind}`, inputs, outputs };
}

export interface ModelConfig {
  name: string;
  platform: string;
  backend: string;
  version_policy: { specific: { versions: number[] } };
  max_batch_size: number;
  input: ConfigTensor[];
  output: ConfigTensor[];
  model_transaction_policy: { decoupled: boolean };
}

interface ConfigTensor {
  name: string;
  data_type: string;
  dims: number[];
}

/**
 * The model as Triton's clients ask for its configuration. Where all tensors begin with a size that varies it is the batch,
 * which `dims` leaves out.
 *
 * @param maxBatch `serving.limits.maxBatch`
 */
export function describeConfig(
  endpoints: Endpoints,
  maxBatch: number,
  name: string,
  version?: string,
): ModelConfig {
  const { signature, kind, versions, generates } = endpoints.describe(name, version);
  const { inputs, outputs } = signature;
  const isBatched = [...inputs, ...outputs].every(({ shape }) => shape[0] === -1);
  const toConfig = ({ name: tensor, datatype, shape }: SignatureTensor) => ({
    name: tensor,
    data_type: configType(datatype),
    dims: isBatched ? shape.slice(1) : shape,
  });
  return {
    name,
    platform: `airworthy_${kind}`,
    backend: 'airworthy',
    version_policy: { specific: { versions: versions.map(Number) } },
    max_batch_size: isBatched ? maxBatch : 0,
    input: inputs.map(toConfig),
    output: outputs.map(toConfig),
    model_transaction_policy: { decoupled: generates },
  };
}

function configType(datatype: Datatype): string {
  return datatype === 'BYTES' ? 'TYPE_STRING' : `TYPE_${datatype}`;
}
