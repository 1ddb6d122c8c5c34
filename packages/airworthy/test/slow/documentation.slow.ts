import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Runs every page of the documentation as a reader would: its `sh` blocks line by line in one folder, its `ts` blocks
 * as files named in their first line (`// airworthy.config.ts`) or as programs. A line that expects another exit code
 * says so (`# exit 2`). `text` and `json` blocks show output and are not run.
 */
const ROOT = join(import.meta.dirname, '../../../..');
const SERVER_READY_WITHIN = 120_000;

interface Block {
  language: string;
  text: string;
}

for (const page of ['README.md', ...globSync('docs/**/*.md', { cwd: ROOT })].sort()) {
  const blocks = readBlocks(join(ROOT, page));
  if (blocks.length === 0) continue;
  test(`${page}: every command and snippet works`, { timeout: 600_000 }, async () => {
    await using reader = openReader();
    for (const block of blocks)
      await (block.language === 'sh' ? reader.runLines(block.text) : reader.runTs(block.text));
  });
}

function readBlocks(path: string): Block[] {
  return [...readFileSync(path, 'utf8').matchAll(/^```(sh|ts)\n([\s\S]*?)^```$/gm)].map(
    ([, language, text]) => ({
      language,
      text,
    }),
  );
}

/** A reader at a terminal: a fresh folder beside the checkout's packages, and servers that run in another window. */
function openReader() {
  const home = mkdtempSync(join(tmpdir(), 'airworthy-docs-'));
  symlinkSync(join(ROOT, 'node_modules'), join(home, 'node_modules'));
  const servers: ChildProcess[] = [];
  let folder = home;
  let programs = 0;

  const environment = {
    ...process.env,
    PATH: `${join(ROOT, 'node_modules/.bin')}:${process.env.PATH}`,
    NO_COLOR: '1',
  };
  const start = (line: string, cwd: string) =>
    spawn('bash', ['-c', line], { cwd, env: environment, stdio: ['ignore', 'pipe', 'pipe'], detached: true });

  async function runLine(line: string): Promise<void> {
    const expected = Number(/# exit (\d+)$/.exec(line)?.[1] ?? 0);
    const child = start(line, folder);
    const output = collect(child);
    const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
    assert.equal(code, expected, `$ ${line}\n${output.text()}`);
  }

  async function startServer(line: string, cwd: string): Promise<void> {
    stopServers();
    const child = start(line, cwd);
    const output = collect(child);
    servers.push(child);
    await untilReady(child, () => `$ ${line}\n${output.text()}`);
  }

  function stopServers(): void {
    for (const server of servers.splice(0))
      if (server.pid && server.exitCode === null) process.kill(-server.pid, 'SIGTERM');
  }

  return {
    async runLines(text: string): Promise<void> {
      for (const line of joinContinuations(text)) {
        const change = /^cd (\S+)$/.exec(line);
        if (change) folder = join(folder, change[1]);
        else if (line === 'npm ci && npm start') await startServer('npm start', ROOT);
        else if (/^(npm (ci|install|run check|test)\b|git clone )/.test(line)) assertScriptExists(line);
        else if (/^airworthy up\b|--serve\b/.test(line)) await startServer(line, folder);
        else await runLine(line);
      }
    },
    async runTs(text: string): Promise<void> {
      const name = /^\/\/ (\S+\.ts)\n/.exec(text)?.[1];
      const path = join(folder, name ?? `snippet-${++programs}.ts`);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
      if (name === undefined) await runLine(`node --conditions=development ${path}`);
    },
    async [Symbol.asyncDispose]() {
      stopServers();
      await sleep(500);
      rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

function joinContinuations(text: string): string[] {
  return text
    .replaceAll('\\\n', ' ')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}

/** npm itself is run by CI before this test; here it is enough that the script named exists. */
function assertScriptExists(line: string): void {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const script = /^npm (?:run (\S+)|(test))/.exec(line);
  if (script) assert.ok(scripts[script[1] ?? script[2]], `${line}: no such script`);
}

function collect(child: ChildProcess): { text(): string } {
  const chunks: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => chunks.push(chunk));
  return { text: () => Buffer.concat(chunks).toString() };
}

async function untilReady(server: ChildProcess, story: () => string): Promise<void> {
  const deadline = Date.now() + SERVER_READY_WITHIN;
  while (Date.now() < deadline) {
    assert.equal(server.exitCode, null, `the server stopped\n${story()}`);
    const ready = await fetch('http://127.0.0.1:4400/ready').then(
      (answer) => answer.ok,
      () => false,
    );
    if (ready) return;
    await sleep(200);
  }
  assert.fail(`not ready in ${SERVER_READY_WITHIN / 1000} s\n${story()}`);
}
