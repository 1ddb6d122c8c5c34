import { availableParallelism } from 'node:os';

/** What programs need to find their interpreter, their packages and a place for temporary files. */
const BASIC = [
  ...['PATH', 'HOME', 'USER', 'LANG', 'LC_ALL', 'LC_CTYPE', 'TZ', 'TMPDIR'],
  ...['VIRTUAL_ENV', 'CONDA_PREFIX', 'PYENV_ROOT', 'PYENV_VERSION', 'PYTHONPATH', 'LD_LIBRARY_PATH'],
  ...['SystemRoot', 'TEMP', 'TMP', 'USERPROFILE', 'APPDATA', 'LOCALAPPDATA', 'PATHEXT'],
];

/** Numeric libraries read their number of threads from these; it can change the last digits of a sum. */
const THREADS = ['OMP_NUM_THREADS', 'OPENBLAS_NUM_THREADS', 'MKL_NUM_THREADS'] as const;

/** Run from source, a program in Node that imports airworthy gets this very source too. */
const FROM_SOURCE: Record<string, string> = import.meta.url.endsWith('.ts')
  ? { NODE_OPTIONS: '--conditions=development' }
  : {};

export interface ProgramEnvironment {
  env: Record<string, string>;
  /** The thread settings in force, for the record. */
  threads: Record<string, string>;
}

/** The environment a trainer gets: the basic variables, those it asks for by name, and ours. Nothing else: no tokens. */
export function programEnvironment(
  asked: readonly string[],
  ours: Record<string, string>,
  from: NodeJS.ProcessEnv = process.env,
): ProgramEnvironment {
  const own = THREADS.map((name) => [name, String(availableParallelism())] as const);
  // Else the order of Python's sets, and with it a model's bytes, would differ from run to run.
  const fixed = { ...Object.fromEntries(own), PYTHONHASHSEED: '0', ...FROM_SOURCE };
  const passed = [...BASIC, ...asked].flatMap((name) => {
    const value = from[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const env: Record<string, string> = { ...fixed, ...Object.fromEntries(passed), ...ours };
  return { env, threads: Object.fromEntries(THREADS.map((name) => [name, env[name]])) };
}
