import type { ExportedFiles, ExportSource } from './exported-files.ts';

/** Where the server listens in a container: HTTP, and gRPC beside it. */
export const PORT = 4400;

/**
 * What builds an image that serves bundles as this server does. It listens beyond loopback, so that it asks for
 * AIRWORTHY_TOKEN; /health and /ready answer without.
 *
 * @param bundleAt where in the container the bundle lies
 */
export function imageFiles(source: ExportSource, bundleAt: string): ExportedFiles {
  return new Map([
    ['Dockerfile', dockerfile(source, bundleAt)],
    ['.dockerignore', 'export.json\nREADME.md\n*.yaml\n'],
    ['package.json', packageJson(source)],
    ['airworthy.config.ts', projectConfig(source)],
  ]);
}

function dockerfile({ endpoint, release, version }: ExportSource, bundleAt: string): string {
  const carries = !bundleAt.startsWith('/');
  return `# ${endpoint}: ${release.model} version ${release.version}, bundle ${release.bundle}
FROM node:24-slim
LABEL org.opencontainers.image.title="${endpoint}" \\
      org.opencontainers.image.version="${release.version}" \\
      airworthy.model="${release.model}" \\
      airworthy.bundle="${release.bundle}" \\
      airworthy.version="${version}"
ENV NODE_ENV=production ONNXRUNTIME_NODE_INSTALL=skip AIRWORTHY_DATA=/data
WORKDIR /app
COPY package.json ./
RUN npm install --omit=dev --no-audit --no-fund && npm cache clean --force
COPY airworthy.config.ts ./
${carries ? `COPY ${bundleAt} ./${bundleAt}\n` : ''}RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE ${PORT} ${PORT + 1}
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s \\
  CMD ["node", "-e", "fetch('http://127.0.0.1:${PORT}/ready').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node_modules/.bin/airworthy", "up", "--bundle", "${bundleAt}"]
`;
}

function packageJson({ endpoint, version }: ExportSource): string {
  const dependencies = { airworthy: version };
  const manifest = {
    name: `serve-${endpoint}`,
    version: '0.0.0',
    private: true,
    type: 'module',
    dependencies,
  };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

function projectConfig({ endpoint, release, signer, serving }: ExportSource): string {
  const { key, limits } = serving;
  const config = {
    name: endpoint,
    registry: { model: release.model },
    serving: {
      endpoint,
      host: '0.0.0.0',
      port: PORT,
      // Who packed the bundle; nobody else's is served.
      trustedKeys: [signer],
      ...(key === undefined ? {} : { key }),
      limits,
    },
  };
  const text = `export default defineProject(${JSON.stringify(config, null, 2)});`;
  return ["import { defineProject } from 'airworthy';", '', text, ''].join('\n');
}
