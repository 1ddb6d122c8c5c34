#!/usr/bin/env node
// Starts the assistant's command line from its sources.
const { main } = await import('../src/cli.ts');
process.exitCode = await main(process.argv.slice(2));
