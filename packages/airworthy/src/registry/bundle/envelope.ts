import { sign, verify } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson } from '../../kernel/canonical-json.ts';
import { parsePublicKey, type SigningKey } from './signing-key.ts';

const PAYLOAD_TYPE = 'application/vnd.in-toto+json';

const Envelope = z.strictObject({
  payload: z.string(),
  payloadType: z.literal(PAYLOAD_TYPE),
  signatures: z.tuple([z.strictObject({ keyid: z.string(), sig: z.string() })]),
});

/** A statement in a DSSE envelope (secure-systems-lab/dsse, v1.0), signed with ed25519; canonical JSON bytes. */
export function sealStatement(statement: unknown, key: SigningKey): Buffer {
  const payload = Buffer.from(canonicalJson(statement));
  const sig = sign(null, preAuthEncode(payload), key.privateKey).toString('base64');
  const envelope: z.infer<typeof Envelope> = {
    payload: payload.toString('base64'),
    payloadType: PAYLOAD_TYPE,
    signatures: [{ keyid: key.id, sig }],
  };
  return Buffer.from(canonicalJson(envelope));
}

/**
 * The statement in an envelope signed by the key. Throws an Error that says what is wrong: other bytes than the
 * canonical ones are refused too, so that no two envelopes say the same.
 */
export function openEnvelope(bytes: Buffer, publicKeyPem: string): unknown {
  const envelope = Envelope.parse(JSON.parse(bytes.toString('utf8')));
  const [{ keyid, sig }] = envelope.signatures;
  const payload = Buffer.from(envelope.payload, 'base64');
  const signature = Buffer.from(sig, 'base64');
  const again = {
    ...envelope,
    payload: payload.toString('base64'),
    signatures: [{ keyid, sig: signature.toString('base64') }],
  };
  if (!bytes.equals(Buffer.from(canonicalJson(again))))
    throw new Error('the envelope is not in canonical form');
  const key = parsePublicKey(publicKeyPem);
  if (key.id !== keyid) throw new Error(`signed with key ${keyid}, the bundle holds ${key.id}`);
  if (!verify(null, preAuthEncode(payload), key.publicKey, signature))
    throw new Error('the signature does not fit the content');
  return JSON.parse(payload.toString('utf8'));
}

/** DSSE's pre-authentication encoding: `DSSEv1 SP LEN(type) SP type SP LEN(body) SP body`, lengths in bytes. */
function preAuthEncode(payload: Buffer): Buffer {
  const head = `DSSEv1 ${Buffer.byteLength(PAYLOAD_TYPE)} ${PAYLOAD_TYPE} ${payload.length} `;
  return Buffer.concat([Buffer.from(head), payload]);
}
