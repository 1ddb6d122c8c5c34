import { resolve } from 'node:path';
import type { App } from '../../app.ts';
import { EXIT } from '../../kernel/error-catalogue.ts';
import { AirworthyError } from '../../kernel/errors.ts';
import type { RolloutAct } from '../../serving/index.ts';
import type { Call, CommandGroup, CommandSpec } from '../command.ts';
import { describeHistory, describeRolloutText } from '../describe-rollout.ts';
import { wholeNumber } from '../whole-number.ts';

const ENDPOINT = {
  flags: '--endpoint <name>',
  about: 'which endpoint (default: the endpoint of the project)',
} as const;

const start: CommandSpec = {
  usage: 'start',
  summary: 'roll a version out beside what serves, by evidence',
  about:
    'The version first sees copies of requests (shadow), then answers a growing part of them (canary), and is promoted where every guard holds. It is rolled back as soon as one shows that it is worse, and the rollout pauses where its time runs out undecided. A running server takes it up within a second.',
  options: [
    {
      flags: '--version <n>',
      about: 'the version of the endpoint’s model',
      parse: wholeNumber(1, 1_000_000_000),
    },
    { flags: '--alias <name>', about: 'the version that an alias points at' },
    { flags: '--model <name>', about: 'another model than the endpoint serves' },
    {
      flags: '--plan <file>',
      about: 'steps and guards in YAML or JSON (default: serving.rollout.plan, else our own)',
    },
    { flags: '--reason <text>', about: 'why, for the record' },
    { flags: '--force', about: 'although the version was rolled back a short while ago' },
    ENDPOINT,
  ],
  examples: [
    ['airworthy rollout start --version 8', 'shadow, 5 %, 25 %, 50 %, everybody'],
    ['airworthy rollout start --alias challenger --plan careful.yaml', 'with steps and guards of your own'],
  ],
  writes: 'through server',
  run: startIt,
};

const status: CommandSpec = {
  usage: 'status [rollout]',
  summary: 'how a rollout stands: arms with intervals, what each guard says, what happened',
  options: [ENDPOINT],
  examples: [['airworthy rollout status', 'the newest of the project’s endpoint']],
  async run(call) {
    await using app = await call.openApp();
    await show(call, app, call.args[0] ?? (await newestRollout(call, app)));
    return EXIT.ok;
  },
};

const history: CommandSpec = {
  usage: 'history',
  summary: 'what was rolled out at an endpoint, and what came of it; newest first',
  options: [ENDPOINT, { flags: '--limit <n>', about: 'how many', parse: wholeNumber(1, 1_000), default: 20 }],
  examples: [['airworthy rollout history', 'of the project’s endpoint']],
  async run(call) {
    await using app = await call.openApp();
    const { listRollouts } = await import('../../serving/index.ts');
    const limit = call.options.limit as number;
    const items = await listRollouts(app.context, { endpoint: endpointOf(call, app), limit });
    call.print({ items }, () => describeHistory(items));
    return EXIT.ok;
  },
};

const REASON = { flags: '--reason <text>', about: 'why, for the record' } as const;

function act(name: RolloutAct, summary: string, does: string): CommandSpec {
  return {
    usage: `${name} [rollout]`,
    summary,
    options: [REASON, ENDPOINT],
    examples: [[`airworthy rollout ${name} --reason "…"`, does]],
    writes: 'through server',
    async run(call) {
      await using app = await call.openApp();
      const { steerRollout } = await import('../../serving/index.ts');
      // The newest, also where it has ended: told the same twice, it stays as it is.
      const id = call.args[0] ?? (await newestRollout(call, app));
      const reason = (call.options.reason as string | undefined) ?? `${name} by hand`;
      await steerRollout(app.context, id, name, { reason });
      await show(call, app, id);
      return EXIT.ok;
    },
  };
}

export const rollout: CommandGroup = {
  usage: 'rollout',
  summary: 'how a new version comes to serve everybody, or does not',
  commands: [
    start,
    status,
    act('promote', 'make the version that is tried out answer everything now', 'whatever the guards say'),
    act(
      'pause',
      'keep the parts as they are until it is resumed',
      'a version that is worse is rolled back all the same',
    ),
    act('resume', 'go on with the step that was paused', 'with its whole time again'),
    act('abort', 'send everything back to what served before', 'at once'),
    history,
  ],
};

function endpointOf(call: Call, app: App): string {
  return (call.options.endpoint as string | undefined) ?? app.project.endpoint;
}

async function startIt(call: Call): Promise<number> {
  await using app = await call.openApp();
  const { startRollout } = await import('../../serving/index.ts');
  const { readRolloutPlan } = await import('../read-rollout-plan.ts');
  const { version, alias, model, reason, force, plan } = call.options as Record<
    string,
    string | undefined
  > & {
    version?: number;
    force?: boolean;
  };
  if ((version === undefined) === (alias === undefined))
    throw new AirworthyError('BAD_ARGUMENT', {
      message: 'rollout start needs either --version N or --alias NAME',
      remedy: 'See `airworthy models show` for the versions and aliases of the model.',
    });
  const asked = {
    ...(version === undefined ? {} : { version }),
    ...(alias === undefined ? {} : { alias }),
    ...(model === undefined ? {} : { model }),
    ...(reason === undefined ? {} : { reason }),
    ...(force === undefined ? {} : { force }),
    ...(plan === undefined ? {} : { plan: await readRolloutPlan(resolve(call.terminal.cwd, plan)) }),
  };
  const { id } = await startRollout(
    app.context,
    endpointOf(call, app),
    asked,
    app.project.config.serving.rollout,
  );
  await show(call, app, id);
  return EXIT.ok;
}

async function newestRollout(call: Call, app: App): Promise<string> {
  const { listRollouts } = await import('../../serving/index.ts');
  const endpoint = endpointOf(call, app);
  const [newest] = await listRollouts(app.context, { endpoint, limit: 1 });
  if (newest) return newest.id;
  throw new AirworthyError('ROLLOUT_NOT_FOUND', { message: `nothing was rolled out at "${endpoint}" yet` });
}

async function show(call: Call, app: App, id: string): Promise<void> {
  const { describeRollout, readRollout } = await import('../../serving/index.ts');
  const detail = await describeRollout(app.context, await readRollout(app.context, id));
  call.print(detail, () => describeRolloutText(detail));
}
