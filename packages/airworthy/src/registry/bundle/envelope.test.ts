import assert from 'node:assert/strict';
import { generateKeyPairSync, verify } from 'node:crypto';
import { test } from 'node:test';
import { openEnvelope, sealStatement } from './envelope.ts';
import { parsePublicKey, type SigningKey } from './signing-key.ts';

function newKey(): SigningKey & { pem: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  return { privateKey, publicKey, id: parsePublicKey(pem).id, pem };
}

const statement = { _type: 'https://in-toto.io/Statement/v1', subject: [{ name: 'é' }] };

test('what is signed is the pre-authentication encoding of DSSE', () => {
  const key = newKey();
  const { payload, signatures } = JSON.parse(sealStatement(statement, key).toString());
  const text = Buffer.from(payload, 'base64').toString();
  assert.deepEqual(JSON.parse(text), statement);
  const encoded = `DSSEv1 28 application/vnd.in-toto+json ${Buffer.byteLength(text)} ${text}`;
  assert.ok(verify(null, Buffer.from(encoded), key.publicKey, Buffer.from(signatures[0].sig, 'base64')));
  assert.equal(signatures[0].keyid, key.id);
});

test('it opens with its own key only', () => {
  const key = newKey();
  const sealed = sealStatement(statement, key);
  assert.deepEqual(openEnvelope(sealed, key.pem), statement);
  assert.throws(() => openEnvelope(sealed, newKey().pem), /signed with key/);
});
