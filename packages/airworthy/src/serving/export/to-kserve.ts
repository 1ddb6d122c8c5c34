import { Document } from 'yaml';
import { bundleFiles, type ExportedFiles, type ExportSource, imageOf } from './exported-files.ts';
import { imageFiles, PORT } from './image-files.ts';

/** Where KServe's storage initializer puts what it fetched. */
const MODELS = '/mnt/models';
const FORMAT = { name: 'airworthy', version: '1' };

/** Each its own: an image trusts only who packed its bundle. */
const runtimeOf = ({ endpoint }: ExportSource) => `airworthy-${endpoint}`;

/**
 * A folder to store where the cluster can fetch it (`storage/`), the image that serves what it fetched, and the two
 * resources that bring them together.
 */
export function toKserve(source: ExportSource): ExportedFiles {
  const { endpoint, release } = source;
  const storageUri = source.storageUri ?? `pvc://models/${endpoint}/${release.version}`;
  const resources = [servingRuntime(source), inferenceService(source, storageUri)];
  const readme = `# ${endpoint}

1. Build and push the image: \`docker build --tag ${imageOf(source)} .\`
2. Put the content of \`storage/\` where \`${storageUri}\` points to.
3. \`kubectl create secret generic airworthy --from-literal=token=…\`
4. \`kubectl apply --filename inferenceservice.yaml\`

It speaks the Open Inference Protocol (\`/v2/models/${endpoint}/infer\`) with the token as bearer. The bundle is checked
when the container starts: its digests, who signed it, and its golden records.
`;
  return new Map([
    ...imageFiles(source, MODELS),
    ...bundleFiles(source, 'storage'),
    ['inferenceservice.yaml', resources.map((resource) => new Document(resource).toString()).join('---\n')],
    ['README.md', readme],
  ]);
}

function inferenceService(source: ExportSource, storageUri: string): object {
  const { endpoint, release, version } = source;
  return {
    apiVersion: 'serving.kserve.io/v1beta1',
    kind: 'InferenceService',
    metadata: {
      name: endpoint,
      annotations: {
        'airworthy/model': `${release.model}/${release.version}`,
        'airworthy/bundle': release.bundle,
        'airworthy/version': version,
      },
    },
    spec: {
      predictor: {
        model: { modelFormat: FORMAT, runtime: runtimeOf(source), protocolVersion: 'v2', storageUri },
      },
    },
  };
}

function servingRuntime(source: ExportSource): object {
  const probe = (path: string) => ({ httpGet: { path, port: PORT } });
  const token = { name: 'AIRWORTHY_TOKEN', valueFrom: { secretKeyRef: { name: 'airworthy', key: 'token' } } };
  return {
    apiVersion: 'serving.kserve.io/v1alpha1',
    kind: 'ServingRuntime',
    metadata: { name: runtimeOf(source) },
    spec: {
      supportedModelFormats: [{ ...FORMAT, autoSelect: false }],
      protocolVersions: ['v2'],
      multiModel: false,
      containers: [
        {
          name: 'kserve-container',
          image: imageOf(source),
          env: [token],
          ports: [{ containerPort: PORT, protocol: 'TCP' }],
          readinessProbe: probe('/ready'),
          livenessProbe: probe('/health'),
          resources: { requests: { cpu: '500m', memory: '512Mi' }, limits: { memory: '1Gi' } },
          securityContext: { runAsNonRoot: true, runAsUser: 1000, allowPrivilegeEscalation: false },
          volumeMounts: [{ name: 'data', mountPath: '/data' }],
        },
      ],
      volumes: [{ name: 'data', emptyDir: {} }],
    },
  };
}
