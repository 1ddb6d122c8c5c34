import type { App } from '../../app.ts';
import { EXIT } from '../../kernel/error-catalogue.ts';
import { AirworthyError } from '../../kernel/errors.ts';
import type { Release } from '../../serving/index.ts';
import type { CommandSpec } from '../command.ts';
import { wholeNumber } from '../whole-number.ts';

const REASON = { flags: '--reason <text>', about: 'why, for the record' } as const;

export const deploy: CommandSpec = {
  usage: 'deploy <model>',
  summary: 'serve a model at an endpoint',
  about:
    'The endpoint serves it at once, without a request dropped, and from then on follows the alias of the model. Its golden records are asked first; where an answer differs, what served before goes on.',
  options: [
    { flags: '--version <n>', about: 'this version', parse: wholeNumber(1, 2 ** 31 - 1) },
    { flags: '--alias <name>', about: 'the version an alias points at (default: champion, else the newest)' },
    { flags: '--endpoint <name>', about: 'which endpoint (default: the one of the model’s name)' },
    REASON,
  ],
  examples: [
    ['airworthy models deploy sentiment', 'its champion, at the endpoint sentiment'],
    ['airworthy models deploy sentiment --version 2 --endpoint moods', 'version 2, at the endpoint moods'],
  ],
  writes: 'through server',
  async run(call) {
    const { version, alias, endpoint, reason } = call.options as {
      version?: number;
      alias?: string;
      endpoint?: string;
      reason?: string;
    };
    if (version !== undefined && alias !== undefined)
      throw new AirworthyError('BAD_ARGUMENT', { message: 'give either --version or --alias, not both' });
    await using app = await call.openApp();
    const { EndpointName } = await import('../../serving/index.ts');
    const { checkInput } = await import('../../kernel/check-input.ts');
    const model = call.args[0] ?? '';
    const release = await wantedRelease(app, { model, version, alias, reason: reason ?? 'deployed by hand' });
    const name = checkInput('--endpoint', EndpointName, endpoint ?? model);
    const deployment = await (await app.endpoints()).deploy(name, release);
    call.print(deployment, () => `${name} serves ${model} version ${deployment.version}`);
    return EXIT.ok;
  },
};

export const undeploy: CommandSpec = {
  usage: 'undeploy <endpoint>',
  summary: 'end what an endpoint serves',
  about: 'Requests under way are answered. The model, its versions and what was logged stay.',
  options: [REASON],
  examples: [['airworthy models undeploy moods --reason "nobody asks it"', 'its address is gone at once']],
  writes: 'through server',
  async run(call) {
    await using app = await call.openApp();
    const endpoint = call.args[0] ?? '';
    const endpoints = await app.endpoints();
    if (!endpoints.has(endpoint))
      throw new AirworthyError('ENDPOINT_NOT_FOUND', {
        message: `nothing is deployed at endpoint "${endpoint}"`,
      });
    await endpoints.undeploy(endpoint, (call.options.reason as string | undefined) ?? 'undeployed by hand');
    call.print({ endpoint }, () => `${endpoint} serves nothing any more`);
    return EXIT.ok;
  },
};

interface Wanted {
  model: string;
  version: number | undefined;
  alias: string | undefined;
  reason: string;
}

async function wantedRelease(
  { context, project }: App,
  { model, version, alias, reason }: Wanted,
): Promise<Release> {
  const { defaultRelease, resolveRelease } = await import('../../serving/index.ts');
  if (version !== undefined) return resolveRelease(context, { model, version, reason });
  if (alias !== undefined) return resolveRelease(context, { model, alias, reason });
  return defaultRelease(context, model, project.config.registry.alias, reason);
}
