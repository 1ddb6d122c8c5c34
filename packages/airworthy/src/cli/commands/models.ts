import type { App } from '../../app.ts';
import { EXIT } from '../../kernel/error-catalogue.ts';
import { AirworthyError } from '../../kernel/errors.ts';
import { moment } from '../../kernel/figures.ts';
import type { Call, CommandGroup, CommandSpec } from '../command.ts';
import { formatTable } from '../format-table.ts';
import { short } from '../format-values.ts';
import { deploy as deployModel, undeploy } from './models-deploy.ts';
import { pack } from './models-pack.ts';

const REASON = { flags: '--reason <text>', about: 'why, for the record' } as const;
const ALIAS = {
  flags: '--alias <name>',
  about: "the alias to move (default: the project's own, champion)",
} as const;

const list: CommandSpec = {
  usage: 'list',
  summary: 'models with their versions and aliases',
  examples: [['airworthy models list', 'one line a model']],
  async run(call) {
    await using app = await call.openApp();
    const { listModels } = await import('../../registry/index.ts');
    const models = await listModels(app.context);
    call.print({ models }, () =>
      models.length === 0
        ? 'no models yet; `airworthy ship` makes one'
        : formatTable(
            [{ heading: 'model' }, { heading: 'versions', align: 'right' }, { heading: 'aliases' }],
            models.map((model) => [model.name, String(model.versions), aliasText(model.aliases)]),
          ),
    );
    return EXIT.ok;
  },
};

const show: CommandSpec = {
  usage: 'show [model]',
  summary: 'versions, verdicts and the history of the aliases',
  examples: [
    ['airworthy models show', "the project's own model"],
    ['airworthy models show flight-delays --json', 'all of it for a script'],
  ],
  async run(call) {
    await using app = await call.openApp();
    const { showModel } = await import('../../registry/index.ts');
    const model = await showModel(app.context, call.args[0] ?? app.project.model);
    call.print(model, () =>
      [
        `${model.name}: ${aliasText(model.aliases) || 'no alias set'}`,
        '',
        ...model.versions.flatMap((version) => [
          `version ${version.number}${version.aliases.length > 0 ? ` (${version.aliases.join(', ')})` : ''}  ${moment(version.createdAt)}  ${version.bundle ? `bundle ${short(version.bundle)}` : 'not packed'}${version.run ? `  run ${short(version.run)}` : ''}`,
          ...version.verdicts.map((verdict) => `  ${verdict.sentence}`),
        ]),
        '',
        'Alias history, newest first:',
        ...model.history.map(
          (move) =>
            `  ${moment(move.at)}  ${move.alias} → ${move.version === 0 ? 'nothing' : `version ${move.version}`}  by ${move.actor}: ${move.reason}`,
        ),
      ].join('\n'),
    );
    return EXIT.ok;
  },
};

const verify: CommandSpec = {
  usage: 'verify [version]',
  summary: 'check every digest and the signature of a bundle, and replay its recorded predictions',
  about:
    'VERSION is a number or an alias of the model, or a bundle digest; without it, the version the alias points to. A check that could not be made is reported as skipped.',
  options: [{ flags: '--model <name>', about: "the model (default: the project's own)" }],
  examples: [
    ['airworthy models verify', 'the champion'],
    ['airworthy models verify 3', 'version 3'],
  ],
  run: verifyVersion,
};

const promote: CommandSpec = {
  usage: 'promote <version>',
  summary: 'point the alias at a version, and serve it where the alias is what serves',
  options: [{ flags: '--model <name>', about: "the model (default: the project's own)" }, ALIAS, REASON],
  examples: [
    ['airworthy models promote 2 --reason "agreed in review"', 'version 2 becomes champion and serves'],
    ['airworthy models promote 3 --alias challenger', 'names version 3 challenger; serving stays as it is'],
  ],
  writes: 'through server',
  async run(call) {
    const version = Number(call.args[0]);
    if (!Number.isInteger(version) || version < 1) {
      throw new AirworthyError('BAD_ARGUMENT', {
        message: `"${call.args[0]}" is no version number`,
        remedy: 'See `airworthy models show` for its versions.',
      });
    }
    return move(call, async (app, target) => {
      const { setAlias } = await import('../../registry/index.ts');
      return setAlias(app.context, { ...target, version, reason: reasonOf(call, 'promoted by hand') });
    });
  },
};

const rollBack: CommandSpec = {
  usage: 'rollback',
  summary: 'point the alias back at the version it had before, and serve that',
  options: [{ flags: '--model <name>', about: "the model (default: the project's own)" }, ALIAS, REASON],
  examples: [
    ['airworthy models rollback --reason "complaints since noon"', 'the version before serves again'],
  ],
  writes: 'through server',
  run: (call) =>
    move(call, async (app, target) => {
      const { rollback } = await import('../../registry/index.ts');
      return rollback(app.context, { ...target, reason: reasonOf(call, 'rolled back by hand') });
    }),
};

export const models: CommandGroup = {
  usage: 'models',
  summary: 'models, versions, aliases and their evidence',
  commands: [list, show, verify, pack, promote, rollBack, deployModel, undeploy],
};

type Target = { model: string; alias: string };
type Move = { model: string; alias: string; version: number; reason: string };

async function move(call: Call, act: (app: App, target: Target) => Promise<Move>): Promise<number> {
  await using app = await call.openApp();
  const { project } = app;
  const target = {
    model: (call.options.model as string | undefined) ?? project.model,
    alias: (call.options.alias as string | undefined) ?? project.config.registry.alias,
  };
  const moved = await act(app, target);
  const isServed = target.alias === project.config.registry.alias;
  const deployed = isServed && target.model === project.model ? await deploy(app, moved.reason) : undefined;
  const others =
    isServed && target.model !== project.model ? await servingModel(app, target.model) : undefined;
  call.print({ ...moved, endpoint: deployed ? project.endpoint : null }, () => {
    const said = `${moved.model}: ${moved.alias} is version ${moved.version}`;
    if (!isServed) return said;
    if (others?.length === 0) return `${said}; \`airworthy models deploy ${moved.model}\` would serve it`;
    if (others) return `${said}; ${others.join(', ')} follows where a server runs`;
    return deployed
      ? `${said}; ${project.endpoint} serves it`
      : `${said}; it has no bundle, so ${project.endpoint} goes on with what it serves`;
  });
  return EXIT.ok;
}

/** The endpoints that follow the alias of a model. */
async function servingModel({ context }: App, model: string): Promise<string[]> {
  const { currentDeployments } = await import('../../serving/index.ts');
  const deployments = await currentDeployments(context.store.database.sql, context.project);
  return deployments.filter((each) => each.model === model).map(({ endpoint }) => endpoint);
}

async function deploy({ context, project }: App, reason: string) {
  const { deployChampion } = await import('../../lifecycle/deploy-champion.ts');
  return deployChampion(context, project, reason);
}

async function verifyVersion(call: Call): Promise<number> {
  await using app = await call.openApp();
  const { verifyBundle } = await import('../../registry/index.ts');
  const model = (call.options.model as string | undefined) ?? app.project.model;
  const digest = await bundleOf(app, model, call.args[0] ?? app.project.config.registry.alias);
  const verification = await verifyBundle(app.context, digest);
  call.print(verification, () =>
    [
      formatTable(
        [{ heading: 'check' }, { heading: 'outcome' }, { heading: 'detail' }],
        verification.checks.map((check) => [check.name, check.outcome, check.detail]),
      ),
      '',
      `bundle ${short(digest)}: ${verification.ok ? 'sound' : 'NOT sound'}`,
    ].join('\n'),
  );
  return verification.ok ? EXIT.ok : EXIT.badInput;
}

/** The bundle behind a version number, an alias, or a digest given as such. */
async function bundleOf(app: App, model: string, reference: string): Promise<string> {
  if (/^[0-9a-f]{64}$/.test(reference)) return reference;
  const { getModelVersion, requirePacked, resolveAlias } = await import('../../registry/index.ts');
  const version = /^\d+$/.test(reference)
    ? await getModelVersion(app.context, model, Number(reference))
    : await resolveAlias(app.context, model, reference);
  return requirePacked(version).bundle;
}

function reasonOf(call: Call, otherwise: string): string {
  return (call.options.reason as string | undefined) ?? otherwise;
}

function aliasText(aliases: Readonly<Record<string, number>>): string {
  return Object.entries(aliases)
    .map(([alias, version]) => `${alias} → version ${version}`)
    .join(', ');
}
