import { resolve } from 'node:path';
import type { App } from '../../app.ts';
import { EXIT } from '../../kernel/error-catalogue.ts';
import { plural } from '../../kernel/figures.ts';
import type { Call, CommandSpec } from '../command.ts';
import { short } from '../format-values.ts';

export const pack: CommandSpec = {
  usage: 'pack <model-or-file>',
  summary: 'pack a service file, or a model that an MLflow client logged, into a bundle that can be served',
  about:
    'A file that ends in .yaml or .yml describes a service (a function, a command, another server, a prompt, an ONNX graph): it is started, asked its golden cases, packed with its files, signed and registered; see docs/runtimes.md. Otherwise MODEL is m-… as the client was told, or models:/NAME/VERSION, or models:/NAME@ALIAS. A model of the onnx flavour is taken as it is. One of scikit-learn is converted by a Python process with skl2onnx: that process loads a pickle, which runs whatever code its author put into it, so pack only what you trust. The project’s gates judge it on its held-back rows; no alias is moved.',
  options: [
    {
      flags: '--python <command>',
      about: 'the interpreter that converts a scikit-learn model (default: python3)',
    },
  ],
  examples: [
    ['airworthy models pack m-0f2c…', "judged, packed, and the next version of the project's model"],
    ['airworthy models pack models:/churn/3', 'version 3 of churn gets its bundle'],
    [
      'airworthy models pack sentiment.service.yaml',
      'a function becomes the next version of the model it names',
    ],
  ],
  exits: [
    [EXIT.gateFailed, 'a gate failed; the model is packed and registered all the same'],
    [EXIT.undecided, 'a gate is undecided: the held-back rows are too few to tell'],
  ],
  writes: 'through server',
  async run(call) {
    await using app = await call.openApp();
    if (/\.ya?ml$/.test(call.args[0] ?? '')) return await packFile(call, app);
    const { packLoggedModel } = await import('../../lifecycle/packing/pack-logged-model.ts');
    const python = (call.options.python as string | undefined) ?? 'python3';
    const packed = await packLoggedModel(app.context, app.project, call.args[0] ?? '', { python });
    const { model, version, bundle, outcome, sentence } = packed;
    call.print(packed, () =>
      [
        sentence,
        `${model} version ${version} is packed (bundle ${short(bundle)}); the gates say: ${outcome}`,
        `\`airworthy models promote ${version}${model === app.project.model ? '' : ` --model ${model}`}\` would serve it`,
      ].join('\n'),
    );
    if (outcome === 'fail') return EXIT.gateFailed;
    return outcome === 'undecided' ? EXIT.undecided : EXIT.ok;
  },
};

async function packFile(call: Call, app: App): Promise<number> {
  const { packService } = await import('../../lifecycle/packing/pack-service.ts');
  const means = { gateway: await app.gateway() };
  const packed = await packService(app.context, resolve(call.terminal.cwd, call.args[0] ?? ''), means);
  const { model, version, bundle, runtime, goldenCases } = packed;
  call.print(packed, () =>
    [
      `${model} version ${version} is packed (${runtime}, bundle ${short(bundle)}); it answered ${plural(goldenCases, 'golden case')}`,
      `\`airworthy models ${model === app.project.model ? `promote ${version}` : `deploy ${model} --version ${version}`}\` would serve it`,
    ].join('\n'),
  );
  return EXIT.ok;
}
