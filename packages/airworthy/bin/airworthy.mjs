#!/usr/bin/env node
// Starts the command line: from the TypeScript sources in a checkout, from what was compiled in an installed package.
// This file must load on any Node, so that an old one gets a sentence instead of a syntax error.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import module from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import v8 from 'node:v8';

const NEEDED = 24;
const here = dirname(fileURLToPath(import.meta.url));

if (Number(process.versions.node.split('.')[0]) < NEEDED) {
  startWithNewerNode();
} else {
  // Modules stay, and while they load V8's young generation would grow to 32 MB, which an idle server never gives
  // back. Once it listens it grows as requests need it (src/cli/serve-app.ts). Before the cache, whose key has flags.
  const command = process.argv[2];
  if (command === 'up' || command === 'evaluate') v8.setFlagsFromString('--semi-space-growth-factor=1');
  // Of an evaluation little stays and much passes: what is garbage is collected before it is as large as the rest, so that
  // memory stays flat however many cases there are; by one thread, which takes less CPU for so little.
  if (command === 'evaluate') v8.setFlagsFromString('--heap-growing-percent=40 --single-threaded-gc');
  module.enableCompileCache?.();
  const fromSource = existsSync(new URL('../src/cli/main.ts', import.meta.url));
  const [folder, extension] = fromSource ? ['../src/cli', 'ts'] : ['../dist/cli', 'js'];
  const [{ main }, { processTerminal }] = await Promise.all([
    import(`${folder}/main.${extension}`),
    import(`${folder}/terminal.${extension}`),
  ]);
  process.exitCode = await main(process.argv.slice(2), processTerminal());
}

/** `npm ci` puts a Node of its own into node_modules/.bin; npm scripts find it first, a bare `node` does not. */
function startWithNewerNode() {
  const newer = bundledNode();
  if (newer === undefined) {
    console.error(`Airworthy needs Node ${NEEDED} or newer; this is ${process.version}.`);
    console.error('Run `npm ci` in the project, which brings one, or install it from https://nodejs.org.');
    process.exitCode = 4;
    return;
  }
  const script = fileURLToPath(import.meta.url);
  const child = spawn(newer, [script, ...process.argv.slice(2)], { stdio: 'inherit' });
  // Ctrl-C reaches the child by itself, a termination signal does not; this process must outlive both.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('exit', (code) => {
    process.exitCode = code ?? 1;
  });
}

function bundledNode() {
  for (let folder = here; folder !== dirname(folder); folder = dirname(folder)) {
    const path = join(folder, 'node_modules', '.bin', process.platform === 'win32' ? 'node.cmd' : 'node');
    if (existsSync(path) && versionOf(path) >= NEEDED) return path;
  }
  return undefined;
}

function versionOf(path) {
  const { stdout } = spawnSync(path, ['-p', 'process.versions.node'], { encoding: 'utf8' });
  return Number((stdout ?? '').split('.')[0]);
}
