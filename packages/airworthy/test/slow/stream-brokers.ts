import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createConnection, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** A broker of this machine, for one test. */
export interface Broker extends AsyncDisposable {
  /** `host:port` */
  host: string;
}

/** @param program nats-server */
export async function startNats(program: string): Promise<Broker> {
  const folder = await mkdtemp(join(tmpdir(), 'airworthy-nats-'));
  const port = await freePort();
  const child = spawn(program, ['-js', '-sd', folder, '-a', '127.0.0.1', '-p', String(port)], {
    stdio: 'ignore',
  });
  return untilOpen(child, port, folder);
}

/** @param jars The folder of Kafka's own jars and of those it needs. */
export async function startKafka(jars: string): Promise<Broker> {
  const folder = await mkdtemp(join(tmpdir(), 'airworthy-kafka-'));
  const [port, controller] = [await freePort(), await freePort()];
  const config = join(folder, 'server.properties');
  await writeFile(
    config,
    [
      'process.roles=broker,controller',
      'node.id=1',
      `controller.quorum.voters=1@127.0.0.1:${controller}`,
      `listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controller}`,
      'controller.listener.names=CONTROLLER',
      `log.dirs=${join(folder, 'logs')}`,
      'offsets.topic.replication.factor=1',
      'transaction.state.log.replication.factor=1',
      'transaction.state.log.min.isr=1',
      'offsets.topic.num.partitions=1',
      'group.initial.rebalance.delay.ms=0',
    ].join('\n'),
  );
  const java = ['-Xmx384m', '-cp', `${jars}/*`];
  const format = spawn(
    'java',
    [...java, 'kafka.tools.StorageTool', 'format', '-t', 'MkU3OEVBNTcwNTJENDM2Qk', '-c', config],
    { stdio: 'ignore' },
  );
  const [code] = await once(format, 'exit');
  if (code !== 0) throw new Error(`the storage of Kafka could not be formatted: exit code ${code}`);
  return untilOpen(spawn('java', [...java, 'kafka.Kafka', config], { stdio: 'ignore' }), port, folder);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}

async function untilOpen(child: ChildProcess, port: number, folder: string): Promise<Broker> {
  const broker: Broker = {
    host: `127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await exited;
      await rm(folder, { recursive: true, force: true });
    },
  };
  for (let attempt = 0; attempt < 300; attempt++) {
    if (await isOpen(port)) return broker;
    if (child.exitCode !== null) break;
    await wait(100);
  }
  await broker[Symbol.asyncDispose]();
  throw new Error(`the broker does not listen on port ${port}`);
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((settle) => {
    const socket = createConnection({ host: '127.0.0.1', port });
    socket.once('connect', () => {
      socket.destroy();
      settle(true);
    });
    socket.once('error', () => settle(false));
  });
}
