import { delimiter } from 'node:path';
import { fileURLToPath } from 'node:url';

const PYTHON_HOOK = fileURLToPath(new URL('../../../hooks/python', import.meta.url));
const NODE_HOOK = new URL('../../../hooks/node/record-files.mjs', import.meta.url).href;

/** Where the hooks write what they see; without it they do nothing. */
const HOOK_FOLDER = 'AIRWORTHY_CAPTURE';

/** Libraries read these to know how many threads they may take. */
export const THREAD_VARIABLES = [
  'OMP_NUM_THREADS',
  'OPENBLAS_NUM_THREADS',
  'MKL_NUM_THREADS',
  'VECLIB_MAXIMUM_THREADS',
  'NUMEXPR_NUM_THREADS',
  'RAYON_NUM_THREADS',
  'NUMBA_NUM_THREADS',
  'TF_NUM_INTRAOP_THREADS',
  'TF_NUM_INTEROP_THREADS',
  'UV_THREADPOOL_SIZE',
];

export interface CommandEnvironment {
  environment: Record<string, string | undefined>;
  /** Variables set for the command. */
  injected: string[];
  /** Variables that would have been set, and are as the person had them. */
  respected: string[];
}

export interface InjectOptions {
  run: string;
  url: string;
  /** Of the server, where it asks for one. */
  token: string | undefined;
  experiment: string;
  hookFolder: string | undefined;
  seed: number | undefined;
  threads: number | undefined;
  /** Where calls to language models go; they are left alone where absent. */
  gateway: { url: string; upstream: string | undefined } | undefined;
  /** Is the command's output for a person's eyes? */
  terminal: { columns: number; rows: number } | undefined;
}

/** The person's environment with what lets a command be recorded unchanged. What the person set stays. */
export function commandEnvironment(
  own: Readonly<Record<string, string | undefined>>,
  options: InjectOptions,
): CommandEnvironment {
  const { run, url, token } = options;
  const ours: Record<string, string> = {
    MLFLOW_TRACKING_URI: url,
    MLFLOW_RUN_ID: run,
    MLFLOW_EXPERIMENT_NAME: options.experiment,
    OTEL_EXPORTER_OTLP_ENDPOINT: url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
    OTEL_EXPORTER_OTLP_HEADERS: otlpHeaders(run, token),
    AIRWORTHY_RUN_ID: run,
    AIRWORTHY_URL: url,
    ...(token === undefined ? {} : { MLFLOW_TRACKING_TOKEN: token, AIRWORTHY_TOKEN: token }),
    ...(options.seed === undefined
      ? {}
      : { PYTHONHASHSEED: String(options.seed), AIRWORTHY_SEED: String(options.seed) }),
    ...gatewayVariables(options.gateway),
    ...threadVariables(options.threads),
    ...terminalVariables(options.terminal, own),
  };
  const forced = new Set(['AIRWORTHY_RUN_ID', 'AIRWORTHY_URL', ...GATEWAY_VARIABLES, ...askedFor(options)]);
  // Set by the command that recorded the one we are in, and not by the person.
  const nested = own.AIRWORTHY_URL !== undefined && own.MLFLOW_TRACKING_URI === own.AIRWORTHY_URL;
  const injected: string[] = [];
  const respected: string[] = [];
  const environment: Record<string, string | undefined> = { ...own };
  for (const [name, value] of Object.entries(ours)) {
    const persons = own[name] !== undefined && own[name] !== '' && own[name] !== value;
    if (persons && !forced.has(name) && !nested) respected.push(name);
    else {
      environment[name] = value;
      injected.push(name);
    }
  }
  if (options.hookFolder !== undefined) {
    Object.assign(environment, hookVariables(own, options.hookFolder));
    injected.push('PYTHONPATH', 'NODE_OPTIONS');
  }
  return { environment, injected, respected };
}

function otlpHeaders(run: string, token: string | undefined): string {
  const headers = [`x-mlflow-run-id=${run}`];
  if (token !== undefined) headers.push(`authorization=${encodeURIComponent(`Bearer ${token}`)}`);
  return headers.join(',');
}

/** Of the command that recorded the one we are in. */
const RECORDERS_ADDRESS = /^http:\/\/127\.0\.0\.1:\d+\/run\/[^/]+\/[0-9a-f]{32}\/v1$/;
const UPSTREAM_VARIABLE = 'AIRWORTHY_OPENAI_BASE_URL';
const GATEWAY_VARIABLES = ['OPENAI_BASE_URL', UPSTREAM_VARIABLE];

/** What the person set is where the calls go in the end, and what a command within the command finds. */
function gatewayVariables(gateway: InjectOptions['gateway']): Record<string, string> {
  return gateway === undefined
    ? {}
    : { OPENAI_BASE_URL: gateway.url, [UPSTREAM_VARIABLE]: gateway.upstream ?? '' };
}

/** Where a command's calls to language models would go without us: what the person set; undefined: nothing. */
export function personsUpstream(own: Readonly<Record<string, string | undefined>>): string | undefined {
  const { OPENAI_BASE_URL: set = '' } = own;
  return (RECORDERS_ADDRESS.test(set) ? own[UPSTREAM_VARIABLE] : set) || undefined;
}

function threadVariables(threads: number | undefined): Record<string, string> {
  if (threads === undefined) return {};
  return Object.fromEntries(THREAD_VARIABLES.map((name) => [name, String(threads)]));
}

/** What was given as an option overrules the environment. */
function askedFor({ seed, threads }: InjectOptions): string[] {
  return [
    ...(seed === undefined ? [] : ['PYTHONHASHSEED', 'AIRWORTHY_SEED']),
    ...(threads === undefined ? [] : THREAD_VARIABLES),
  ];
}

/** The command writes to a pipe, but a person watches: colours, the window's width, and lines as they are printed. */
function terminalVariables(
  terminal: InjectOptions['terminal'],
  own: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  if (terminal === undefined) return {};
  return {
    ...(own.NO_COLOR ? {} : { FORCE_COLOR: '1', CLICOLOR_FORCE: '1' }),
    PYTHONUNBUFFERED: '1',
    ...(terminal.columns > 0 ? { COLUMNS: String(terminal.columns), LINES: String(terminal.rows) } : {}),
  };
}

function hookVariables(
  own: Readonly<Record<string, string | undefined>>,
  folder: string,
): Record<string, string> {
  const paths = own.PYTHONPATH ? own.PYTHONPATH.split(delimiter).filter((path) => path !== PYTHON_HOOK) : [];
  const nodeOptions = own.NODE_OPTIONS ?? '';
  const flag = `--import ${NODE_HOOK}`;
  return {
    [HOOK_FOLDER]: folder,
    PYTHONPATH: [PYTHON_HOOK, ...paths].join(delimiter),
    NODE_OPTIONS: nodeOptions.includes(NODE_HOOK) ? nodeOptions : `${nodeOptions} ${flag}`.trim(),
  };
}
