import { resolve } from 'node:path';
import type { App } from '../../app.ts';
import type { LabelInput, LabelReceipt } from '../../feedback/index.ts';
import { EXIT } from '../../kernel/error-catalogue.ts';
import { AirworthyError } from '../../kernel/errors.ts';
import { count, plural } from '../../kernel/figures.ts';
import { type AskedServer, askServer, runningServer } from '../ask-server.ts';
import type { Call, CommandSpec } from '../command.ts';
import { type FileRow, openLines, readRows } from '../read-rows.ts';

/** Labels a request: what one takes at most. */
const BATCH = 10_000;

export const label: CommandSpec = {
  usage: 'label <file>',
  summary: 'tell what turned out to be true of predictions',
  about:
    'FILE is CSV with a header, or JSON lines; "-" reads standard input. A row has the prediction’s id, or the fields that serving.key declares; the true value; and, where known, since when (ISO 8601 or milliseconds). The same labels again change nothing, so a command that was stopped can simply be given again. Labels of predictions that are not known yet wait for them.',
  options: [
    { flags: '--endpoint <name>', about: "the endpoint (default: the project's own)" },
    {
      flags: '--by <what>',
      about: 'what says which prediction is meant: its id, or the key declared in serving.key',
      choices: ['prediction', 'key'],
      default: 'prediction',
    },
    { flags: '--prediction <column>', about: "the column with the prediction's id", default: 'prediction' },
    { flags: '--value <column>', about: 'the column with the true value', default: 'value' },
    {
      flags: '--known-at <column>',
      about: 'the column that says since when it is known; where it has no value: now',
      default: 'knownAt',
    },
    { flags: '--source <text>', about: 'who says so', default: 'import' },
    { flags: '--url <address>', about: 'send them to a running server, such as http://127.0.0.1:4400' },
  ],
  examples: [
    ['airworthy label outcomes.csv', 'columns prediction, value and, where there is one, knownAt'],
    ['airworthy label outcomes.csv --by key --value returned', 'by the key, such as an order number'],
    ['airworthy label - < outcomes.jsonl', '{"prediction":"4bf9…","value":true} a line'],
  ],
  run: labelPredictions,
};

async function labelPredictions(call: Call): Promise<number> {
  await using app = await call.openApp();
  const endpoint = (call.options.endpoint as string | undefined) ?? app.project.endpoint;
  const url = call.options.url as string | undefined;
  const token = call.terminal.env.AIRWORTHY_TOKEN;
  const server = url === undefined ? runningServer(app) : { url, token };
  const target = server ? await openServer(call, server, endpoint) : await openHere(app, endpoint);
  const total = await sendFile(call, app, target);
  call.print({ endpoint, ...total }, () => describe(total));
  return EXIT.ok;
}

/** Where labels go. */
interface Target {
  /** Is the value a number, or a class? CSV does not tell. */
  numeric: boolean;
  send(labels: LabelInput[]): Promise<LabelReceipt>;
}

async function openHere(app: App, endpoint: string): Promise<Target> {
  const { labelRules, recordLabels } = await import('../../feedback/index.ts');
  const settings = await labelRules(app.context, endpoint, app.project.config);
  return {
    numeric: settings.task.kind === 'regression',
    send: (labels) => recordLabels(app.context, { ...settings, labels }),
  };
}

async function openServer(call: Call, server: AskedServer, endpoint: string): Promise<Target> {
  const name = encodeURIComponent(endpoint);
  const { outputs } = await askServer<{ outputs: { datatype: string }[] }>(call, server, `v2/models/${name}`);
  return {
    // Only a model that predicts a class has a label.
    numeric: !outputs.some((output) => output.datatype === 'BYTES'),
    send: (labels) => askServer(call, server, `api/v1/endpoints/${name}/labels`, { labels }),
  };
}

async function sendFile(call: Call, app: App, target: Target): Promise<LabelReceipt> {
  const [file = '-'] = call.args;
  const name = file === '-' ? 'standard input' : file;
  const opened = file === '-' ? undefined : await openLines(resolve(call.terminal.cwd, file));
  const lines = opened?.lines ?? call.terminal.readLines();
  const progress = app.context.progress.start('label', opened?.bytes, opened ? 'bytes' : 'labels');
  const total = { received: 0, matched: 0, waiting: 0, corrected: 0, unchanged: 0, expired: 0 };
  const columns = columnsOf(call, app);
  const send = async (rows: FileRow[]) => {
    call.terminal.signal.throwIfAborted();
    const labels = rows.map((row) => toLabel(row, columns, target.numeric));
    const receipt = await target.send(labels).catch((error) => {
      throw atLine(error, name, rows, total.received);
    });
    for (const counted of Object.keys(total) as (keyof LabelReceipt)[]) total[counted] += receipt[counted];
    progress.advance(opened?.read() ?? total.received, `${count(total.received)} labels`);
  };
  try {
    const rows: FileRow[] = [];
    for await (const row of readRows(lines, name)) {
      rows.push(row);
      if (rows.length === BATCH) await send(rows.splice(0));
    }
    if (rows.length > 0) await send(rows);
    return total;
  } finally {
    progress.end();
  }
}

interface Columns {
  /** Absent where labels go by key. */
  prediction: string | undefined;
  key: readonly string[];
  value: string;
  knownAt: string;
  source: string;
}

function columnsOf({ options }: Call, app: App): Columns {
  const { key } = app.project.config.serving;
  if (options.by === 'key' && key === undefined) {
    throw new AirworthyError('BAD_ARGUMENT', {
      message: 'labels cannot go by key: the project declares none in serving.key',
    });
  }
  return {
    prediction: options.by === 'key' ? undefined : (options.prediction as string),
    key: key ?? [],
    value: options.value as string,
    knownAt: options.knownAt as string,
    source: options.source as string,
  };
}

/** What does not fit is left to be refused: there every label is checked alike. */
function toLabel({ values }: FileRow, columns: Columns, numeric: boolean): LabelInput {
  const { prediction, key, source } = columns;
  const knownAt = values[columns.knownAt];
  return {
    ...(prediction === undefined
      ? { key: Object.fromEntries(key.map((name) => [name, values[name]])) }
      : { prediction: values[prediction] as string }),
    value: readValue(values[columns.value], numeric),
    ...(knownAt === undefined ? {} : { knownAt: readTime(knownAt) }),
    source,
  };
}

/** Text that is a number stays text where a class is meant: class "1" is named so. */
function readValue(value: unknown, numeric: boolean): unknown {
  return numeric && typeof value === 'string' && Number.isFinite(Number(value)) ? Number(value) : value;
}

function readTime(value: unknown): string | number {
  return typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : (value as string | number);
}

/** The refusal of a batch, in the words of the file. */
function atLine(error: unknown, name: string, rows: readonly FileRow[], recorded: number): unknown {
  if (!AirworthyError.is(error)) return error;
  const lineOf = (index: string) => `${name}, line ${rows[Number(index)]?.line}`;
  const message = error.message.replaceAll(/labels\[(\d+)\](?:\.\w+:)?/g, (_, index) => `${lineOf(index)}`);
  const before =
    recorded === 0
      ? 'none of the labels is recorded'
      : `${plural(recorded, 'label')} before that batch are recorded`;
  return new AirworthyError(error.code, {
    message: `${message} (${before})`,
    remedy: error.remedy,
    facts: { ...error.facts, recorded },
    cause: error,
  });
}

function describe({ received, matched, waiting, corrected, unchanged, expired }: LabelReceipt): string {
  const parts = [
    `${count(matched)} matched`,
    ...(corrected > 0 ? [`${count(corrected)} corrected`] : []),
    ...(unchanged > 0 ? [`${count(unchanged)} known already`] : []),
    ...(waiting > 0 ? [`${count(waiting)} wait for predictions that are not known yet`] : []),
    ...(expired > 0 ? [`${count(expired)} of no effect: their predictions are no longer kept`] : []),
  ];
  return `${plural(received, 'label')}: ${parts.join(', ')}`;
}
