import { execFileSync } from 'node:child_process';
import { type ClientHttp2Session, connect } from 'node:http2';
import { type Agent, request } from 'node:https';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';

/** Makes a certificate for localhost and its key, as `NAME.pem` and `NAME.key` in the folder. */
export function makeCertificate(folder: string, name: string): { certificate: string; key: string } {
  const files = { certificate: join(folder, `${name}.pem`), key: join(folder, `${name}.key`) };
  const subject = ['-subj', `/CN=${name}`, '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const out = ['-keyout', files.key, '-out', files.certificate];
  execFileSync('openssl', ['req', '-x509', ...kind, ...subject, ...out], { stdio: 'ignore' });
  return files;
}

export interface SecureAnswer {
  status: number;
  body: Record<string, unknown>;
  connection?: string | undefined;
  /** Whom the certificate names. */
  subject?: string;
}

/** A record to the endpoint over HTTP/1.1. */
export function overHttp1(agent: Agent, port: number, path: string, record: unknown): Promise<SecureAnswer> {
  const headers = { 'content-type': 'application/json' };
  const options = {
    agent,
    host: '127.0.0.1',
    port,
    path,
    method: 'POST',
    headers,
    rejectUnauthorized: false,
  };
  return new Promise((resolve, reject) => {
    const asked = request(options, async (answer) => {
      const { subject } = (answer.socket as TLSSocket).getPeerCertificate();
      const body = JSON.parse(Buffer.concat(await answer.toArray()).toString('utf8'));
      const { statusCode: status = 0, headers: answered } = answer;
      resolve({ status, body, connection: answered.connection, subject: String(subject.CN) });
    });
    asked.once('error', reject);
    asked.end(JSON.stringify(record));
  });
}

/** The same over HTTP/2. Status 0: the session was told to go before the request was sent, so that it may be sent elsewhere. */
export function overHttp2(session: ClientHttp2Session, path: string, record: unknown): Promise<SecureAnswer> {
  return new Promise((resolve, reject) => {
    const stream = session.request({ ':method': 'POST', ':path': path, 'content-type': 'application/json' });
    let status = 0;
    let text = '';
    stream.once('response', (headers) => {
      status = Number(headers[':status']);
    });
    stream.setEncoding('utf8');
    stream.on('data', (part: string) => {
      text += part;
    });
    stream.once('close', () => resolve({ status, body: JSON.parse(text || '{}') }));
    stream.once('error', reject);
    stream.end(JSON.stringify(record));
  });
}

export function openSession(port: number): ClientHttp2Session {
  const session = connect(`https://127.0.0.1:${port}`, { rejectUnauthorized: false });
  session.on('error', () => {});
  return session;
}
