import { resolve } from 'node:path';
import type { App } from '../../app.ts';
import { EXIT } from '../../kernel/error-catalogue.ts';
import { AirworthyError } from '../../kernel/errors.ts';
import { plural } from '../../kernel/figures.ts';
import type { ExportRecord, Release } from '../../serving/index.ts';
import type { Call, CommandSpec } from '../command.ts';
import { short } from '../format-values.ts';
import { packageVersion } from '../package-version.ts';
import { wholeNumber } from '../whole-number.ts';

const OUT = '--out <dir>';

export const exportCommand: CommandSpec = {
  usage: 'export [endpoint|model]',
  summary: 'a release as what another system serves: docker, kserve, triton',
  about:
    'Takes what the endpoint serves, or the champion of the model; the project’s own endpoint where none is named. The bundle is verified first. The folder holds the bundle or its graph, the card, and export.json with the digest of every file.',
  options: [
    {
      flags: '--to <target>',
      about:
        'docker: a build context; kserve: an InferenceService with its storage; triton: a model repository',
      choices: ['docker', 'kserve', 'triton'],
    },
    { flags: OUT, about: 'the folder to make' },
    { flags: '--version <n>', about: 'this version of the model', parse: wholeNumber(1, 2 ** 31 - 1) },
    { flags: '--image <name>', about: 'the image’s name (default: ENDPOINT:VERSION)' },
    {
      flags: '--storage-uri <uri>',
      about: 'where KServe finds the bundle (default: pvc://models/ENDPOINT/VERSION)',
    },
  ],
  examples: [
    ['airworthy export --to docker --out image', 'then `docker build image`'],
    ['airworthy export flight-delays --version 3 --to triton --out models', 'a repository with one model'],
    [
      'airworthy export --to kserve --storage-uri s3://models/flights/3 --out cluster',
      'an InferenceService that fetches its bundle from there',
    ],
  ],
  run: exportIt,
};

interface Options {
  to?: ExportRecord['to'];
  out?: string;
  version?: number;
  image?: string;
  storageUri?: string;
}

async function exportIt(call: Call): Promise<number> {
  const { to, out, version, image, storageUri } = call.options as Options;
  if (to === undefined || out === undefined)
    throw new AirworthyError('BAD_ARGUMENT', {
      message: `export: ${to === undefined ? '--to <target>' : OUT} is missing`,
      remedy: 'Say to what and where: airworthy export --to docker --out image',
    });
  await using app = await call.openApp();
  const { exportRelease } = await import('../../serving/index.ts');
  const { endpoint, release } = await findRelease(app, call.args[0], version);
  const folder = resolve(call.terminal.cwd, out);
  const { serving } = app.project.config;
  const record = await exportRelease(app.context, {
    ...{ endpoint, release, to, folder, serving, image, storageUri },
    version: packageVersion(),
  });
  call.print({ ...record, folder }, () =>
    [
      `${record.model} version ${record.version} (bundle ${short(record.bundle)}) for ${to}: ${plural(record.files.length + 1, 'file')} in ${folder}`,
      ...record.checks
        .filter(({ outcome }) => outcome === 'skipped')
        .map(({ name, detail }) => `not checked: ${name}: ${detail}`),
    ].join('\n'),
  );
  return EXIT.ok;
}

/** What an endpoint of that name serves, else a version of the model of that name. */
async function findRelease(
  { context, project }: App,
  given: string | undefined,
  version: number | undefined,
): Promise<{ endpoint: string; release: Release }> {
  const { currentDeployment, resolveRelease } = await import('../../serving/index.ts');
  const name = given ?? project.endpoint;
  const deployed = await currentDeployment(context.store.database.sql, context.project, name);
  if (deployed && (version === undefined || version === deployed.version)) {
    const { model, version: number, bundle } = deployed;
    return { endpoint: name, release: { model, version: number, bundle } };
  }
  const model = deployed?.model ?? (given === undefined ? project.model : given);
  const which = version === undefined ? { alias: project.config.registry.alias } : { version };
  const release = await resolveRelease(context, { model, ...which, reason: 'exported' });
  return { endpoint: name, release };
}
