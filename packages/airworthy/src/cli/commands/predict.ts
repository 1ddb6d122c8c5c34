import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { App } from '../../app.ts';
import { EXIT } from '../../kernel/error-catalogue.ts';
import { AirworthyError } from '../../kernel/errors.ts';
import { figure } from '../../kernel/figures.ts';
import { askServer, runningServer } from '../ask-server.ts';
import type { Call, CommandSpec } from '../command.ts';

/** What an endpoint answers to a list of records. */
interface Answer {
  predictions: Record<string, unknown>[];
  model: string;
  version: number;
}

export const predict: CommandSpec = {
  usage: 'predict [record]',
  summary: 'score records, with or without a server',
  about:
    'RECORD is JSON: one record or a list. Without it, and without --file, standard input is read: JSON, or one record a line. Without --url the server is asked that has the data folder; where none runs, the endpoint runs in this process, with the same checks and the same log.',
  options: [
    { flags: '--file <path>', about: 'read the records from a file' },
    { flags: '--endpoint <name>', about: "the endpoint (default: the project's own)" },
    { flags: '--url <address>', about: 'ask a running server, such as http://127.0.0.1:4400' },
  ],
  examples: [
    [
      `airworthy predict '{"date":"2001-02-03T17:40:00Z","distance":733,"origin":"ORD","destination":"LGA"}'`,
      'one record, no server needed',
    ],
    ['airworthy predict --file flights.json --json', 'a list of records, for a script'],
    ['airworthy predict --url http://127.0.0.1:4400 < flight.json', 'the same from a running server'],
  ],
  run: predictRecords,
};

async function predictRecords(call: Call): Promise<number> {
  const records = parseRecords(await readText(call));
  await using app = await call.openApp();
  const endpoint = (call.options.endpoint as string | undefined) ?? app.project.endpoint;
  const url = call.options.url as string | undefined;
  const token = call.terminal.env.AIRWORTHY_TOKEN;
  // A prediction is logged where the log is on, so then it is for the server that has the data folder, if one has it.
  const logs = app.project.config.serving.predictionLog.enabled;
  const server = url === undefined ? (logs ? runningServer(app) : undefined) : { url, token };
  const answer = await (server === undefined
    ? askHere(app, endpoint, records)
    : askServer<Answer>(call, server, `predict/${encodeURIComponent(endpoint)}`, records));
  call.print(answer, () => answer.predictions.map((prediction) => describe(prediction, answer)).join('\n'));
  return EXIT.ok;
}

async function readText(call: Call): Promise<string> {
  const [argument] = call.args;
  const file = call.options.file as string | undefined;
  if (argument !== undefined && argument !== '-') return argument;
  if (file === undefined) return call.terminal.readInput();
  return readFile(resolve(call.terminal.cwd, file), 'utf8').catch((error: Error) => {
    throw new AirworthyError('BAD_ARGUMENT', { message: `cannot read --file ${file}: ${error.message}` });
  });
}

/** One record, a list, or one record a line. */
function parseRecords(text: string): unknown[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : [value];
  } catch (error) {
    const lines = text.split('\n').filter((line) => line.trim() !== '');
    if (lines.length < 2 || !lines[0].trim().endsWith('}')) throw notJson(error);
    return lines.map((line, index) => parseLine(line, index + 1));
  }
}

function parseLine(line: string, number: number): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw notJson(error, ` in line ${number}`);
  }
}

function notJson(error: unknown, where = ''): AirworthyError {
  return new AirworthyError('BAD_ARGUMENT', {
    message: `the records are not JSON${where}: ${(error as Error).message}`,
    remedy: 'Give a JSON object, a list of them, or one a line; in a shell, put it in single quotes.',
  });
}

async function askHere(app: App, endpoint: string, records: unknown[]): Promise<Answer> {
  const endpoints = await app.endpoints();
  if (endpoints.status().length === 0) {
    throw new AirworthyError('NOTHING_TO_SERVE', {
      message: `nothing is deployed at endpoint "${endpoint}"`,
    });
  }
  const { predictions, ids, model, modelVersion } = await endpoints.predict(endpoint, records);
  return {
    predictions: predictions.map((prediction, index) => ({ ...prediction, predictionId: ids[index] })),
    model,
    version: modelVersion,
  };
}

function describe(prediction: Record<string, unknown>, { model, version }: Answer): string {
  const { predictionId, ...output } = prediction;
  const values = Object.entries(output).map(([name, value]) => `${name} ${valueText(value)}`);
  return `${values.join(', ')}  (${model} version ${version}, prediction ${predictionId})`;
}

function valueText(value: unknown): string {
  if (typeof value === 'number') return figure(value);
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.entries(value)
    .map(([name, each]) => `${name}: ${valueText(each)}`)
    .join(', ');
}
