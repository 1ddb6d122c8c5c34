import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { Transform } from 'node:stream';
import type { Detour } from './detour.ts';

/** How long a request may wait for a server, in ms: longer than any takes to start, or another to leave. */
const WAIT_MS = 60_000;
const RETRY_MS = 100;
/** And a call to a language model before it goes on by itself. */
const PATIENCE_MS = 10_000;
const LONGEST_LINE = 2_000;
/** What `mlflow.set_experiment` asks first. */
const ASKS_BY_NAME =
  /^GET \/(?:ajax-)?api\/[23]\.0\/mlflow\/experiments\/get-by-name\?experiment_name=((?:[\w.~!*'()+-]|%[0-9A-Fa-f]{2})+) HTTP/;
const TAKES_UP = /^POST \/(?:ajax-)?api\/[23]\.0\/mlflow\/runs\//;

/**
 * The address that a command is told. It stands before any server does, and whichever server has the data folder
 * answers behind it: this process's own, another's, or first the one and then the other.
 */
export interface Front {
  /** `http://127.0.0.1:43211` */
  readonly url: string;
  /** Has the command connected? Then it may log by itself. */
  connected(): boolean;
  /** Where the server is that answers from now on; undefined while there is none. */
  lead(address: string | undefined): void;
  /** Requests below the detour's path take it where no server comes. */
  allow(detour: Detour): void;
  /** How many did. */
  detoured(): number;
  close(): void;
}

export interface FrontListener {
  /** The command connects, or the server behind does not answer. */
  seen(): void;
  /** A client asks for an experiment by its name before it takes up its run; it waits for the answer to this. */
  chosen(experiment: string): Promise<void>;
}

/** Opens the front on a free port of this machine. */
export async function openFront({ seen, chosen }: FrontListener, patienceMs = PATIENCE_MS): Promise<Front> {
  const sockets = new Set<Socket>();
  let detour: Detour | undefined;
  /** Since when somebody waits for a server, on the clock of `performance.now()`. */
  let missedSince: number | undefined;
  let target: URL | undefined;
  let connected = false;
  const watch = experimentWatch(chosen);

  function accept(socket: Socket): void {
    connected = true;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
    seen();
    lead(socket, { deadline: performance.now() + WAIT_MS, looked: false });
  }

  function lead(socket: Socket, wait: { deadline: number; looked: boolean }): void {
    if (socket.destroyed || performance.now() > wait.deadline) return void socket.destroy();
    const again = () => {
      missedSince ??= performance.now();
      if (detour === undefined || wait.looked || performance.now() - missedSince < patienceMs)
        setTimeout(() => lead(socket, wait), RETRY_MS).unref();
      else {
        wait.looked = true;
        takeDetour(socket, detour, () => lead(socket, wait));
      }
    };
    if (target === undefined) return void again();
    const behind = connect(Number(target.port), target.hostname);
    const refused = () => {
      seen();
      again();
    };
    behind.once('error', refused).once('connect', () => {
      behind.off('error', refused);
      missedSince = undefined;
      join(socket, behind, watch());
    });
  }

  const server = createServer({ pauseOnConnect: true, noDelay: true }, accept);
  await new Promise<void>((settle, fail) => {
    server.once('error', fail).listen(0, '127.0.0.1', settle);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    connected: () => connected,
    lead(address) {
      target = address === undefined ? undefined : new URL(address);
    },
    allow(allowed) {
      detour = allowed;
    },
    detoured: () => detour?.taken() ?? 0,
    close() {
      detour?.close();
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Requests as they pass, a client writes each at one go: a name that it asks for before it takes up its run is chosen. */
function experimentWatch(choose: FrontListener['chosen']): () => Transform {
  let settled = false;
  return () =>
    new Transform({
      transform(chunk: Buffer, _encoding, done) {
        const line = chunk.toString('latin1', 0, LONGEST_LINE);
        settled ||= TAKES_UP.test(line);
        const asked = settled ? null : ASKS_BY_NAME.exec(line);
        const name = asked === null ? undefined : decodeName(asked[1]);
        if (name === undefined) return done(null, chunk);
        const pass = () => done(null, chunk);
        void choose(name).then(pass, pass);
      },
    });
}

/** Looks at how a request begins, and leads it by the detour where it is for that. */
function takeDetour(socket: Socket, detour: Detour, otherwise: () => void): void {
  socket.once('data', (chunk: Buffer) => {
    socket.pause();
    socket.unshift(chunk);
    const line = chunk.toString('latin1', 0, LONGEST_LINE);
    if (line.split(' ', 2)[1]?.startsWith(detour.path) !== true) return otherwise();
    detour.open().then(
      (port) => {
        const behind = connect(port, '127.0.0.1', () => join(socket, behind));
        behind.once('error', () => socket.destroy());
      },
      () => socket.destroy(),
    );
  });
  socket.resume();
}

/** Undefined where its bytes are no UTF-8: the server answers that. */
function decodeName(encoded: string): string | undefined {
  try {
    return decodeURIComponent(encoded.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}

function join(socket: Socket, behind: Socket, watch?: Transform): void {
  behind.setNoDelay(true);
  behind.on('error', () => socket.destroy());
  socket.on('close', () => behind.destroy());
  behind.on('close', () => socket.destroySoon());
  (watch ? socket.pipe(watch) : socket).pipe(behind);
  behind.pipe(socket);
}
