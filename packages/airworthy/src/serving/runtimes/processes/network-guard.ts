import dgram from 'node:dgram';
import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';

type Loose = Record<string, unknown>;

/**
 * Refuses connections, look-ups and datagrams of this process but to the hosts named. A guard against code that does what
 * it should not by mistake; code that means to can get around it.
 */
export function guardNetwork(allowed: 'none' | readonly string[]): void {
  const hosts = new Set(allowed === 'none' ? [] : allowed);
  const require = (host: unknown): void => {
    if (typeof host === 'string' && hosts.has(host)) return;
    throw new Error(`limits.network does not let this service connect to ${String(host)}`);
  };
  guardSockets(require, hosts);
  replace(dgram.Socket.prototype as unknown as Loose, ['bind', 'connect', 'send'], () =>
    require('datagrams'),
  );
  replace(net.Server.prototype as unknown as Loose, ['listen'], () => require('a port of its own'));
  const names = Object.keys(dns).filter((name) => /^(lookup|resolve|reverse)/.test(name));
  for (const resolver of [dns, dns.promises, dns.Resolver.prototype, dns.promises.Resolver.prototype])
    replace(resolver as unknown as Loose, names, (args) => require(args[0]));
  syncBuiltinESMExports();
}

/** Everything that connects ends here: http, https, tls, fetch, WebSocket. */
function guardSockets(require: (host: unknown) => void, hosts: Set<string>): void {
  const connect = net.Socket.prototype.connect as (...args: unknown[]) => net.Socket;
  net.Socket.prototype.connect = function guarded(this: net.Socket, ...args: unknown[]) {
    const host = hostOf(args);
    require(host);
    // A name that is allowed leads to addresses, which its look-up brings here by themselves.
    if (net.isIP(host) === 0) this.once('lookup', (_error, address: string) => hosts.add(address));
    return connect.apply(this, args);
  } as typeof net.Socket.prototype.connect;
}

/** `connect` takes (options), (path), (port, host), or all of these as one list of its own. */
function hostOf(args: readonly unknown[]): string {
  const [first, second] = (Array.isArray(args[0]) ? args[0] : args) as unknown[];
  if (typeof first === 'object' && first !== null) {
    const { path, host } = first as { path?: string; host?: string };
    return path ?? host ?? 'localhost';
  }
  if (typeof first === 'string' && Number.isNaN(Number(first))) return first;
  return typeof second === 'string' ? second : 'localhost';
}

function replace(holder: Loose, names: readonly string[], check: (args: unknown[]) => void): void {
  for (const name of names) {
    const original = holder[name];
    if (typeof original !== 'function') continue;
    holder[name] = function guarded(this: unknown, ...args: unknown[]) {
      check(args);
      return original.apply(this, args);
    };
  }
}
