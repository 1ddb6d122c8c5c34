import { resolve } from 'node:path';
import type { App } from '../../app.ts';
import { EXIT } from '../../kernel/error-catalogue.ts';
import { announce } from '../announce-server.ts';
import type { Call, CommandSpec } from '../command.ts';
import { serveApp } from '../serve-app.ts';
import { wholeNumber } from '../whole-number.ts';

export const up: CommandSpec = {
  usage: 'up [dir]',
  summary: 'start the server',
  about:
    'Serves what is deployed, and takes over within a second what another command deploys. Ctrl-C drains: requests under way are answered.',
  options: [
    { flags: '--port <n>', about: 'the port; 0 takes a free one', parse: wholeNumber(0, 65_535) },
    {
      flags: '--bundle <dir>',
      about: 'take in a bundle that was exported, as a version of the model, and serve it at the endpoint',
    },
  ],
  examples: [
    ['airworthy up', 'on 127.0.0.1:4400, or as serving.host and serving.port say'],
    ['airworthy up --port 8080', 'on another port'],
    ['airworthy up --bundle /mnt/models', 'as the image of `airworthy export --to docker` does'],
  ],
  tracks: true,
  writes: 'alone',
  run: startServer,
};

async function startServer(call: Call): Promise<number> {
  await using app = await call.openApp(call.args[0]);
  const bundle = call.options.bundle as string | undefined;
  if (bundle !== undefined) await deployBundle(app, resolve(call.terminal.cwd, bundle));
  const server = await serveApp(app, call, call.options.port as number | undefined);
  await announce(call, app, server, {});
  await server.stopped;
  return EXIT.ok;
}

/** Served before the server listens, so that it is never ready without it. */
async function deployBundle(app: App, folder: string): Promise<void> {
  const { context, project } = app;
  const { importBundle, registerVersion } = await import('../../registry/index.ts');
  const { digest: bundle } = await importBundle(context, folder);
  const { model, number: version } = await registerVersion(context, { model: project.model, bundle });
  const endpoints = await app.endpoints();
  await endpoints.deploy(project.endpoint, { model, version, bundle, reason: `the bundle in ${folder}` });
}
