import { fileURLToPath } from 'node:url';
import { type GrpcObject, loadPackageDefinition, type ServiceClientConstructor } from '@grpc/grpc-js';
import { loadSync, type PackageDefinition } from '@grpc/proto-loader';

/** The contracts this server speaks, as users may generate clients from them. */
const FILES = ['open_inference.proto', 'health.proto'].map((name) =>
  fileURLToPath(new URL(`../../proto/${name}`, import.meta.url)),
);

export interface Protocol {
  definition: PackageDefinition;
  inference: ServiceClientConstructor;
  health: ServiceClientConstructor;
}

/** Reads the contracts; takes a moment, and no longer than the first client's connection does. */
export function loadProtocol(): Protocol {
  // 64-bit numbers as text, so that none loses digits; names as the contracts have them.
  const definition = loadSync(FILES, {
    keepCase: true,
    longs: String,
    enums: String,
    defaults: true,
    oneofs: true,
  });
  const root = loadPackageDefinition(definition);
  return {
    definition,
    inference: serviceAt(root, 'inference', 'GRPCInferenceService'),
    health: serviceAt(root, 'grpc', 'health', 'v1', 'Health'),
  };
}

function serviceAt(root: GrpcObject, ...path: readonly string[]): ServiceClientConstructor {
  const found = path.reduce<unknown>((at, name) => (at as GrpcObject)[name], root);
  return found as ServiceClientConstructor;
}
