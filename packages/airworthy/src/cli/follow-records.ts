import type { App } from '../app.ts';
import { EXIT } from '../kernel/error-catalogue.ts';
import { AirworthyError } from '../kernel/errors.ts';
import { count } from '../kernel/figures.ts';
import type { FollowOptions } from '../serving/index.ts';
import { type AskedServer, askServer, runningServer } from './ask-server.ts';
import type { Call } from './command.ts';

/** How records are answered, and how what that left to be written becomes durable. */
interface Answerer extends Pick<FollowOptions, 'answer'> {
  flush(): Promise<void>;
}

/** `airworthy score ENDPOINT --follow`: answers records as they come, until it is stopped or the stream ends. */
export async function followRecords(call: Call): Promise<number> {
  const { options, terminal } = call;
  refuseUnfit(options);
  await using app = await call.readApp();
  const endpoint = call.args[0] ?? app.project.endpoint;
  const { followStream, openStreams } = await import('../serving/index.ts');
  const keep = typeof options.keep === 'string' ? options.keep.split(',').map((name) => name.trim()) : [];
  const names = keep.length === 0 ? [] : await fieldNames(app, endpoint);
  const { answer, flush } = await openAnswerer(call, app, endpoint);
  await using streams = await openStreams({
    endpoint,
    input: (options.in as string[] | undefined)?.[0] ?? '-',
    output: (options.out as string | undefined) ?? '-',
    rejected: options.rejected as string | undefined,
    folder: terminal.cwd,
    dataFolder: app.context.store.folder,
    terminal: { lines: () => terminal.readLines(), out: terminal.out, err: terminal.err },
  });
  const { source, answers, rejected } = streams;
  const task = app.context.progress.start(`score ${endpoint}`, undefined, 'records');
  let seen = 0;
  const counts = await followStream({
    ...{ source, rejected, answer, keep, names, log: app.context.log, signal: terminal.signal },
    answers: {
      ...answers,
      async write(lines) {
        await flush();
        await answers.write(lines);
      },
    },
    onBatch(all) {
      task.advance(all.answered + all.rejected - seen);
      seen = all.answered + all.rejected;
    },
  });
  task.end(`${count(counts.answered)} answered, ${count(counts.rejected)} rejected`);
  return counts.rejected > 0 && options.strict === true ? 1 : EXIT.ok;
}

function refuseUnfit(options: Call['options']): void {
  const unfit = ['model', 'version', 'workers'].find((name) => options[name] !== undefined);
  const several = (options.in as string[] | undefined)?.[1];
  if (unfit === undefined && several === undefined) return;
  throw new AirworthyError('BAD_ARGUMENT', {
    message:
      unfit === undefined
        ? `--follow reads one stream, not "${several}" as well`
        : `--${unfit} does not go with --follow: what the endpoint serves answers`,
  });
}

/** So that what is carried along beside the model's own fields stays in the record. */
async function fieldNames({ context }: App, endpoint: string): Promise<string[]> {
  const { findRelease } = await import('../serving/index.ts');
  const { readBundleFile } = await import('../registry/index.ts');
  const { bundle } = await findRelease(context, { endpoint });
  const signature = JSON.parse((await readBundleFile(context, bundle, 'signature.json')).toString('utf8'));
  return signature.fields.map(({ name }: { name: string }) => name);
}

async function openAnswerer(call: Call, app: App, endpoint: string): Promise<Answerer> {
  const url = call.options.url as string | undefined;
  const server = url === undefined ? runningServer(app) : { url, token: call.terminal.env.AIRWORTHY_TOKEN };
  if (server !== undefined) {
    // Later one that is away is waited for; one that was never there is a wrong address.
    await askServer(call, server, 'health');
    return askingServer(call, server, endpoint);
  }
  const endpoints = await app.endpoints();
  return {
    async answer(record, id) {
      const { predictions, model, modelVersion } = await endpoints.predict(endpoint, [record], {
        traceId: id,
        priority: 'batch',
      });
      return { ...predictions[0], model, version: modelVersion };
    },
    flush: () => endpoints.flush(),
  };
}

function askingServer(call: Call, server: AskedServer, endpoint: string): Answerer {
  const path = `predict/${encodeURIComponent(endpoint)}`;
  return {
    async answer(record, id) {
      const headers = {
        traceparent: `00-${id}-${id.slice(16)}-01`,
        'x-airworthy-priority': 'batch',
      };
      const answer = await askServer<{
        predictions: Record<string, unknown>[];
        model: string;
        version: number;
      }>(call, server, path, [record], headers);
      return { ...answer.predictions[0], model: answer.model, version: answer.version };
    },
    async flush() {},
  };
}
