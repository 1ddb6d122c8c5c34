#!/usr/bin/env node
// Starts the assistant's command line from its sources, with Airworthy's beside it: that needs Node 24 and a condition,
// and whoever types the command has neither in mind. This file must load on any Node.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NEEDED = 24;
const FROM_SOURCE = '--conditions=development';
const script = fileURLToPath(import.meta.url);
const isNewEnough = major(process.versions.node) >= NEEDED;

if (isNewEnough && process.execArgv.includes(FROM_SOURCE)) {
  const { main } = await import('../src/cli.ts');
  process.exitCode = await main(process.argv.slice(2));
} else {
  const node = isNewEnough ? process.execPath : bundledNode();
  if (node === undefined) {
    console.error(`The assistant needs Node ${NEEDED} or newer; this is ${process.version}.`);
    console.error('Run `npm ci` in the checkout, which brings one, or install it from https://nodejs.org.');
    process.exitCode = 4;
  } else startWith(node);
}

/** Ctrl-C reaches the child by itself, a termination signal does not; this process must outlive both. */
function startWith(node) {
  const child = spawn(node, [FROM_SOURCE, script, ...process.argv.slice(2)], { stdio: 'inherit' });
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('exit', (code) => {
    process.exitCode = code ?? 1;
  });
}

/** `npm ci` puts a Node of its own into node_modules/.bin; npm scripts find it first, a bare `node` does not. */
function bundledNode() {
  for (let folder = dirname(script); folder !== dirname(folder); folder = dirname(folder)) {
    const path = join(folder, 'node_modules', '.bin', process.platform === 'win32' ? 'node.cmd' : 'node');
    if (existsSync(path) && isNew(path)) return path;
  }
  return undefined;
}

function isNew(path) {
  const { stdout } = spawnSync(path, ['-p', 'process.versions.node'], { encoding: 'utf8' });
  return major(stdout ?? '') >= NEEDED;
}

function major(version) {
  return Number(version.split('.')[0]);
}
