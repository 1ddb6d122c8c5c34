import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Runs every page of the documentation as a reader would: its `sh` blocks line by line in one folder, its `ts` blocks
 * as files named in their first line (`// airworthy.config.ts`) or as programs. A line that expects another exit code
 * says so (`# exit 2`). A `yaml` block whose first line names a file is written. `python` blocks
 * likewise, with the Python that has MLflow (AIRWORTHY_TEST_MLFLOW_PYTHON) or, where they import it, Triton's client
 * (AIRWORTHY_TEST_SERVING_PYTHON).
 * A `text` block shows lines that the `sh` block before it printed, `…` for what is left out.
 */
const ROOT = join(import.meta.dirname, '../../../..');
/** The port that the pages name. */
const PORT = 4400;
/** The first line of a Python block that is a file and not a program of its own. */
const FILE_NAME = /^# (\S+\.py)\n/;
const YAML_NAME = /^# (\S+\.ya?ml)\n/;
const SERVER_READY_WITHIN = 120_000;
const SERVER_STOPS_WITHIN = 20_000;

interface Block {
  language: string;
  text: string;
}

for (const page of ['README.md', ...globSync('docs/**/*.md', { cwd: ROOT })].sort()) {
  const blocks = readBlocks(join(ROOT, page));
  if (blocks.length === 0) continue;
  const variable = pythonFor(blocks);
  const python = variable && process.env[variable];
  const skip = variable && python === undefined ? `${variable} names no Python` : false;
  test(`${page}: every command and snippet works`, { timeout: 600_000, skip }, async () => {
    await using reader = openReader(python ? [dirname(python)] : []);
    for (const { language, text } of blocks) {
      if (language === 'sh') await reader.runLines(text);
      else if (language === 'ts') await reader.runTs(text);
      else if (language === 'python') await reader.runPython(text);
      else if (language === 'yaml') reader.writeYaml(text);
      else reader.expectPrinted(text);
    }
  });
}

function readBlocks(path: string): Block[] {
  const blocks = readFileSync(path, 'utf8').matchAll(/^```(sh|ts|python|text|yaml)\n([\s\S]*?)^```$/gm);
  return [...blocks].map(([, language, text]) => ({ language, text }));
}

/** The variable that names the Python whose packages the page's programs import; undefined where it has no such program. */
function pythonFor(blocks: readonly Block[]): string | undefined {
  const programs = blocks.filter(({ language, text }) => language === 'python' && !FILE_NAME.test(text));
  if (programs.length === 0) return undefined;
  const asksTriton = programs.some(({ text }) => text.includes('import tritonclient'));
  return asksTriton ? 'AIRWORTHY_TEST_SERVING_PYTHON' : 'AIRWORTHY_TEST_MLFLOW_PYTHON';
}

/**
 * A reader at a terminal: a fresh folder beside the checkout's packages, and a server that runs in another window.
 *
 * @param programs folders of programs that the page counts on, before the system's
 */
function openReader(programs: readonly string[]) {
  const home = mkdtempSync(join(tmpdir(), 'airworthy-docs-'));
  symlinkSync(join(ROOT, 'node_modules'), join(home, 'node_modules'));
  // A reader sees an answer that is an error; curl ends with 0 all the same unless told otherwise.
  writeFileSync(join(home, '.curlrc'), 'fail-with-body\n');
  const environment: NodeJS.ProcessEnv = {
    ...process.env,
    PATH: [join(ROOT, 'node_modules/.bin'), ...programs, process.env.PATH].join(':'),
    CURL_HOME: home,
    NO_COLOR: '1',
  };
  let server: Running | undefined;
  let folder = home;
  let snippets = 0;
  let printed = '';

  async function runLine(line: string): Promise<void> {
    const expected = Number(/# exit (\d+)$/.exec(line)?.[1] ?? 0);
    const running = start(line, folder, environment);
    assert.equal(await running.ended, expected, running.story());
    printed += running.story();
  }

  async function startServer(line: string, cwd: string, env = environment): Promise<void> {
    await server?.stop();
    assert.ok(!(await isTaken()), `another program listens on port ${PORT}`);
    server = start(line, cwd, env);
    await untilReady(server);
  }

  function write(name: string, text: string): string {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return path;
  }

  return {
    async runLines(text: string): Promise<void> {
      printed = '';
      for (const line of joinContinuations(text)) {
        const change = /^cd (\S+)$/.exec(line);
        if (change) folder = join(folder, change[1]);
        else if (line === 'npm ci && npm start')
          await startServer('npm start', ROOT, { ...environment, AIRWORTHY_DATA: join(home, 'first') });
        else if (/^npm (ci|test|run check)\b/.test(line)) assertScriptExists(line);
        else if (/^airworthy up\b|--serve\b/.test(line)) await startServer(line, folder);
        else await runLine(line);
      }
    },
    async runTs(text: string): Promise<void> {
      const name = /^\/\/ (\S+\.ts)\n/.exec(text)?.[1];
      const path = write(name ?? `snippet-${++snippets}.ts`, text);
      if (name === undefined) await runLine(`node --conditions=development ${path}`);
    },
    async runPython(text: string): Promise<void> {
      const name = FILE_NAME.exec(text)?.[1];
      const path = write(name ?? `snippet-${++snippets}.py`, text);
      if (name === undefined) await runLine(`python ${path}`);
    },
    writeYaml(text: string): void {
      const name = YAML_NAME.exec(text)?.[1];
      if (name !== undefined) write(name, text);
    },
    expectPrinted(text: string): void {
      for (const line of text.trimEnd().split('\n'))
        assert.ok(
          holdsInOrder(printed, line.split('…')),
          `the page shows\n${line}\nbut this was printed\n${printed}`,
        );
    },
    async [Symbol.asyncDispose]() {
      await server?.stop();
      rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

interface Running {
  child: ChildProcess;
  /** The exit code, once all its output is read. */
  ended: Promise<number | null>;
  /** The command line and what it printed. */
  story(): string;
  /** Ends it and what it started, and waits until they are gone. */
  stop(): Promise<void>;
}

function start(line: string, cwd: string, env: NodeJS.ProcessEnv): Running {
  const child = spawn('bash', ['-c', line], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const chunks: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = once(child, 'close').then(([code]) => code as number | null);
  return {
    child,
    ended,
    story: () => `$ ${line}\n${Buffer.concat(chunks)}`,
    async stop() {
      signalGroup(child, 'SIGTERM');
      const late = sleep(SERVER_STOPS_WITHIN, 'late', { ref: false });
      if ((await Promise.race([ended, late])) !== 'late') return;
      signalGroup(child, 'SIGKILL');
      assert.fail(`still running ${SERVER_STOPS_WITHIN / 1000} s after SIGTERM\n${this.story()}`);
    },
  };
}

/** The shell may be gone while what it started is not. */
function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    process.kill(-Number(child.pid), signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function holdsInOrder(text: string, parts: readonly string[]): boolean {
  let from = 0;
  return parts.every((part) => {
    const at = text.indexOf(part, from);
    from = at + part.length;
    return at !== -1;
  });
}

function joinContinuations(text: string): string[] {
  return text
    .replaceAll('\\\n', ' ')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}

/** CI runs npm itself before this test; here it is enough that the script named exists. */
function assertScriptExists(line: string): void {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const script = /^npm (?:run (\S+)|(test))/.exec(line);
  if (script) assert.ok(scripts[script[1] ?? script[2]], `${line}: no such script`);
}

async function isTaken(): Promise<boolean> {
  const socket = connect(PORT, '127.0.0.1');
  const taken = await Promise.race([
    once(socket, 'connect').then(() => true),
    once(socket, 'close').then(() => false),
  ]).catch(() => false);
  socket.destroy();
  return taken;
}

async function untilReady(server: Running): Promise<void> {
  const deadline = Date.now() + SERVER_READY_WITHIN;
  while (Date.now() < deadline) {
    assert.equal(server.child.exitCode, null, `the server stopped\n${server.story()}`);
    const ready = await fetch(`http://127.0.0.1:${PORT}/ready`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (ready) return;
    await sleep(200);
  }
  assert.fail(`not ready in ${SERVER_READY_WITHIN / 1000} s\n${server.story()}`);
}
