import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** One thing this machine has or lacks. */
export interface Check {
  name: string;
  required: boolean;
  /** Version or kind; null where it is not there or does not work. */
  found: string | null;
  purpose: string;
  /** How to get it. */
  remedy: string;
}

interface Probe extends Omit<Check, 'found'> {
  find: () => Promise<string | null>;
}

/** Looks for everything Airworthy can use. Loads what must load; starts programs only to ask their version. */
export async function inspectMachine(): Promise<Check[]> {
  return Promise.all(
    PROBES.map(async ({ find, ...about }) => ({ ...about, found: await find().catch(() => null) })),
  );
}

const PROBES: readonly Probe[] = [
  {
    name: 'Node',
    required: true,
    purpose: 'runs everything',
    remedy: 'install Node 24 or newer from https://nodejs.org',
    find: async () => process.version,
  },
  {
    name: 'DuckDB',
    required: true,
    purpose: 'reads, profiles and checks data',
    remedy: 'npm install (its library comes as an npm package for this platform)',
    find: findDuckdb,
  },
  {
    name: 'onnxruntime-node',
    required: false,
    purpose: 'runs ONNX models; proves that a packed model predicts as it did in training',
    remedy: 'npm install, with onnxruntime-node-install=skip in .npmrc where downloads are blocked',
    find: findOnnxRuntime,
  },
  {
    name: 'git',
    required: false,
    purpose: 'records which commit a run came from',
    remedy: packageHint('git', 'git'),
    find: () => version('git', ['--version']),
  },
  {
    name: 'PostgreSQL client',
    required: false,
    purpose: 'looks into records kept in PostgreSQL, by hand',
    remedy: packageHint('postgresql-client', 'libpq'),
    find: () => version('psql', ['--version']),
  },
  {
    name: 'PostgreSQL server',
    required: false,
    purpose:
      'keeps the records when SQLite is outgrown (AIRWORTHY_DATABASE, docs/store.md); tests start one of their own',
    remedy: packageHint('postgresql', 'postgresql'),
    find: findPostgresServer,
  },
  {
    name: 'Python',
    required: false,
    purpose: 'trainers of your own: trainer: command("python train.py")',
    remedy: packageHint('python3', 'python'),
    find: () => version('python3', ['--version']),
  },
  {
    name: 'scikit-learn',
    required: false,
    purpose: 'the peer of `npm run bench:learners`',
    remedy: 'python3 -m pip install scikit-learn',
    // Asking for its version, not importing it: that takes seconds.
    find: () =>
      version('python3', ['-c', 'from importlib.metadata import version; print(version("scikit-learn"))']),
  },
  {
    name: 'Chromium',
    required: false,
    purpose: 'tests of the user interface',
    remedy: packageHint('chromium', 'chromium'),
    find: () => firstOf(['chromium', 'chromium-browser', 'google-chrome'], ['--version']),
  },
  {
    name: 'espeak-ng',
    required: false,
    purpose: 'speech output of the voice assistant example',
    remedy: packageHint('espeak-ng', 'espeak-ng'),
    find: () => version('espeak-ng', ['--version']),
  },
  {
    name: 'pocketsphinx',
    required: false,
    purpose: 'speech recognition of the voice assistant example',
    remedy: packageHint('pocketsphinx', 'cmu-pocketsphinx'),
    find: () => firstOf(['pocketsphinx', 'pocketsphinx_continuous'], ['-h']),
  },
];

async function findDuckdb(): Promise<string> {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const reader = await connection.runAndReadAll('SELECT version()');
  connection.closeSync();
  return String(reader.getRows()[0][0]);
}

async function findOnnxRuntime(): Promise<string | null> {
  const runtime = await import('onnxruntime-node');
  const native = 'default' in runtime ? (runtime.default as typeof runtime) : runtime;
  return typeof native.InferenceSession?.create === 'function' ? (native.env.versions.node ?? 'loads') : null;
}

/** Debian keeps the server's programs off the path, one folder a version. */
async function findPostgresServer(): Promise<string | null> {
  const root = '/usr/lib/postgresql';
  const versions = readdirOrNone(root).sort((a, b) => Number(b) - Number(a));
  return firstOf(['postgres', ...versions.map((each) => join(root, each, 'bin', 'postgres'))], ['--version']);
}

function readdirOrNone(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

async function firstOf(programs: readonly string[], args: readonly string[]): Promise<string | null> {
  for (const program of programs) {
    const found = await version(program, args);
    if (found !== null) return found;
  }
  return null;
}

/** The first line a program prints about itself; null where it is not there, fails or does not answer. */
function version(program: string, args: readonly string[]): Promise<string | null> {
  return new Promise((settle) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: 10_000 });
    let text = '';
    const take = (chunk: Buffer) => {
      text += chunk.toString();
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.on('error', () => settle(null));
    child.on('close', (code) => settle(code === 0 ? (text.trim().split('\n')[0] ?? '') : null));
  });
}

function packageHint(debian: string, homebrew: string): string {
  if (process.platform === 'darwin') return `brew install ${homebrew}`;
  return process.platform === 'linux' ? `apt install ${debian}` : `install ${debian}`;
}
