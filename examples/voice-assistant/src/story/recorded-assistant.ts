// The assistant's command line as a program under `airworthy run`: the traces of its turns go to that run.
import { main } from '../cli.ts';

const { OTEL_EXPORTER_OTLP_ENDPOINT: run } = process.env;
if (run !== undefined) process.env.AIRWORTHY_URL = run;
process.exitCode = await main(process.argv.slice(2));
