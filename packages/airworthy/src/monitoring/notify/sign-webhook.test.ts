import assert from 'node:assert/strict';
import { test } from 'node:test';
import { signWebhook } from './sign-webhook.ts';

test('the signature is the one that libraries of the standard expect', () => {
  const signed = signWebhook({
    id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    at: 1_614_265_330_000,
    body: '{"test": 2432232314}',
    secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  });
  assert.deepEqual(signed, {
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  });
});

test('without a secret nothing is signed, and any text is a secret', () => {
  const letter = { id: 'a', at: 0, body: '{}' };
  assert.equal('webhook-signature' in signWebhook({ ...letter, secret: undefined }), false);
  assert.match(signWebhook({ ...letter, secret: 'any text' })['webhook-signature'], /^v1,[\w+/]{43}=$/);
});
