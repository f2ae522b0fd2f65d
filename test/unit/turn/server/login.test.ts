/** Authentication: rows A01–A26 of the checklist that a server can be held to. */
import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Attribute } from '../../../../stun/index.ts';
import {
  encodeMessage,
  longTermKey,
  methods,
  mintRestCredential,
  nonceFeatures,
  userHash,
} from '../../../../stun/index.ts';
import type { TurnSettings } from '../../../../turn/server/turn-server-options.ts';
import {
  alice,
  bob,
  Client,
  clientAt,
  epochMs,
  peerAt,
  realm,
  Stage,
  settings,
  transportUdp,
  valueIn,
} from './stage.ts';

const secret = 'north-by-northwest';
const withSecrets = (...secrets: string[]): TurnSettings => ({
  ...settings,
  accounts: { realm, users: {}, secrets },
});
const nowSec = epochMs / 1000 + 1;

describe('the challenge', () => {
  it('A01, A02: an Allocate without credentials is 401 with realm, nonce and algorithms, and nothing else', () => {
    const reply = new Client(new Stage()).login();
    expect(reply.code).toBe(401);
    expect(reply.message.attributes.map(({ name }) => name)).toEqual([
      'ERROR-CODE',
      'REALM',
      'NONCE',
      'PASSWORD-ALGORITHMS',
    ]);
    expect(valueIn(reply, 'REALM')).toBe(realm);
  });

  it.each([
    ['Refresh', methods.refresh],
    ['CreatePermission', methods.createPermission],
    ['ChannelBind', methods.channelBind],
  ])('A01: so is a bare %s', (_name, method) => {
    expect(new Client(new Stage()).ask(method, [], { bare: true }).code).toBe(401);
  });

  it('A03: nonces are short, differ by five-tuple, and nothing is kept for them', () => {
    const stage = new Stage();
    const nonces = Array.from({ length: 100 }, (_, i) => {
      const client = new Client(stage, { at: { ...clientAt, port: 1024 + i } });
      client.login();
      return client.nonce ?? '';
    });
    expect(new Set(nonces).size).toBe(100);
    expect(nonces.every((nonce) => nonce.length < 128)).toBe(true);
    expect(stage.server.census).toEqual({ allocations: 0, users: 0, reservations: 0, streams: 0 });
    expect(stage.server.nextDeadlineMs()).toBeNull();
  });

  it('A12: the nonce carries the cookie and the two feature bits', () => {
    const client = new Client(new Stage());
    client.login();
    expect(nonceFeatures(client.nonce ?? '')).toEqual({ passwordAlgorithms: true, usernameAnonymity: true });
  });

  it('A12: with time-limited names no anonymity is offered, because no hash could be told', () => {
    const client = new Client(new Stage({ settings: withSecrets(secret) }));
    client.login();
    expect(nonceFeatures(client.nonce ?? '')?.usernameAnonymity).toBe(false);
  });
});

describe('the login', () => {
  it('A04: right credentials succeed, and the success is sealed', () => {
    expect(new Client(new Stage()).allocate()).toMatchObject({ code: 0, sealed: 'valid' });
  });

  it('A05: a wrong password and an unknown user look the same', () => {
    const wrong = new Client(new Stage(), { user: { username: 'alice', password: 'wrong' } }).allocate();
    const unknown = new Client(new Stage(), { user: { username: 'mallory', password: 'wrong' } }).allocate();
    expect([wrong.code, unknown.code]).toEqual([401, 401]);
    expect(unknown.bytes.length).toBe(wrong.bytes.length);
    expect(unknown.sealed).toBe('absent');
  });

  it('A06: a wrong realm is 401', () => {
    const change = (attributes: Attribute[]): Attribute[] =>
      attributes.map((a) => (a.name === 'REALM' ? { name: 'REALM', value: 'elsewhere' } : a));
    expect(new Client(new Stage()).allocate([], { change }).code).toBe(401);
  });

  it.each(['USERNAME', 'REALM', 'NONCE'])('A07: integrity without %s is 400', (missing) => {
    const change = (attributes: Attribute[]): Attribute[] =>
      attributes.filter(({ name }) => name !== missing);
    expect(new Client(new Stage()).allocate([], { change })).toMatchObject({ code: 400, sealed: 'absent' });
  });

  it.each(['', 'x', 'obMatJos2gAAA', 'obMatJos2gAAAAAAAAAAAAAAAAAAAAAAAAAAA', 'a'.repeat(127)])(
    'A08: the nonce "%s" is 438 with a new one, which works',
    (forged) => {
      const client = new Client(new Stage());
      client.nonce = forged;
      const stale = client.allocate([], { keepStale: true });
      expect(stale.code).toBe(438);
      expect(stale.message.attributes.map(({ name }) => name)).toContain('PASSWORD-ALGORITHMS');
      client.nonce = valueIn(stale, 'NONCE') ?? '';
      expect(client.allocate().code).toBe(0);
    },
  );

  it('A08: a nonce is good for its lifetime and 438 from then on', () => {
    const stage = new Stage({ nonceLifetimeSec: 30 });
    const client = new Client(stage);
    client.relayed();
    stage.pass(29_000);
    expect(client.ask(methods.refresh, [], { keepStale: true }).code).toBe(0);
    stage.pass(1_000);
    expect(client.ask(methods.refresh, [], { keepStale: true }).code).toBe(438);
    expect(client.refresh().code).toBe(0);
  });

  it('A09: credentials without integrity are 401, a broken integrity too', () => {
    const client = new Client(new Stage());
    client.login();
    const bare = client.dressed(methods.allocate, [transportUdp]).slice(0, -24);
    bare[3] = (bare[3] ?? 0) - 24;
    expect(client.exchange(bare)?.code).toBe(401);
    const broken = client.dressed(methods.allocate, [transportUdp]);
    broken[broken.length - 1] = (broken.at(-1) ?? 0) ^ 1;
    expect(client.exchange(broken)?.code).toBe(401);
  });

  it('A10: what stands behind the integrity does not count', () => {
    const client = new Client(new Stage());
    client.login();
    const sealed = client.dressed(methods.allocate, [transportUdp]);
    const bytes = Uint8Array.of(...sealed, 0x00, 0x0d, 0, 4, 0, 0, 0x0e, 0x10);
    bytes[3] = (bytes[3] ?? 0) + 8;
    const reply = client.exchange(bytes);
    expect([reply?.code, reply && valueIn(reply, 'LIFETIME')]).toEqual([0, 600]);
  });

  it('A10: nor does a peer that was appended', () => {
    const stage = new Stage();
    const client = new Client(stage);
    const relayed = client.relayed();
    const other = { address: '8.8.8.8', port: 5000 };
    const sealed = client.dressed(methods.createPermission, [{ name: 'XOR-PEER-ADDRESS', value: peerAt }]);
    const plain = encodeMessage({
      method: 1,
      class: 'request',
      transactionId: sealed.slice(8, 20),
      attributes: [{ name: 'XOR-PEER-ADDRESS', value: other }],
    });
    const bytes = Uint8Array.of(...sealed, ...plain.slice(20));
    bytes[3] = (bytes[3] ?? 0) + 12;
    expect(client.exchange(bytes)?.code).toBe(0);
    expect(stage.fromPeer(other, relayed, new Uint8Array(4))).toEqual([]);
    expect(stage.fromPeer(peerAt, relayed, new Uint8Array(4))).toHaveLength(1);
  });

  it('A15: another user on the allocation is 441', () => {
    const stage = new Stage();
    new Client(stage).relayed();
    const thief = new Client(stage, { user: bob });
    for (const reply of [thief.refresh(0), thief.permit(peerAt), thief.bind(0x4000, peerAt)]) {
      expect(reply).toMatchObject({ code: 441, sealed: 'valid' });
    }
    expect(stage.server.census.allocations).toBe(1);
  });

  it('A16: a captured request is worth nothing from another five-tuple', () => {
    const stage = new Stage();
    const client = new Client(stage);
    client.login();
    const captured = client.dressed(methods.allocate, [transportUdp]);
    const thief = new Client(stage, { at: { address: '203.0.113.66', port: 40_000 } });
    expect(thief.exchange(captured)?.code).toBe(438);
    expect(client.exchange(captured)?.code).toBe(0);
  });

  it('A24: wrong logins use a source’s requests up twenty times as fast as others', () => {
    const stage = new Stage({ limits: { perSecond: 0, burst: 2000, sources: 10 } });
    const guesser = new Client(stage, { user: { username: 'alice', password: 'guess' } });
    guesser.login();
    const guesses = Array.from({ length: 200 }, () =>
      guesser.send(guesser.dressed(methods.allocate, [transportUdp])),
    );
    const answered = guesses.filter((sent) => sent.length > 0).length;
    expect(answered).toBeGreaterThan(90);
    expect(answered).toBeLessThan(120);
    const other = new Client(stage, { at: { address: '93.184.216.99', port: 1 } });
    expect(other.allocate().code).toBe(0);
  });

  it('A26: names, realms and nonces that are too long or no text get an answer, not a crash', () => {
    const client = new Client(new Stage());
    client.login();
    const long = (name: 'REALM' | 'NONCE'): Attribute => ({ name, value: 'x'.repeat(763) });
    for (const attribute of [long('REALM'), long('NONCE')]) {
      const change = (all: Attribute[]): Attribute[] =>
        all.map((a) => (a.name === attribute.name ? attribute : a));
      expect([401, 438]).toContain(client.allocate([], { change, keepStale: true }).code);
    }
    const bad: Attribute = { name: 'unknown', type: 0x0006, bytes: Uint8Array.of(0xff, 0xfe, 0) };
    const change = (all: Attribute[]): Attribute[] => all.map((a) => (a.name === 'USERNAME' ? bad : a));
    expect(client.allocate([], { change }).code).toBe(400);
    const tooLong: Attribute = { name: 'unknown', type: 0x0006, bytes: new Uint8Array(513) };
    const longName = (all: Attribute[]): Attribute[] => all.map((a) => (a.name === 'USERNAME' ? tooLong : a));
    expect(client.allocate([], { change: longName }).code).toBe(400);
  });

  it('A26: a name with other scripts and a non-ASCII space logs in', () => {
    const users = { 'Zoë Ωmega': 'pä ss' };
    const stage = new Stage({ settings: { ...settings, accounts: { realm, users, secrets: [] } } });
    expect(
      new Client(stage, { user: { username: 'Zoë\u00a0Ωmega', password: 'pä ss' } }).allocate().code,
    ).toBe(0);
  });
});

describe('SHA-256', () => {
  const offered: Attribute = {
    name: 'PASSWORD-ALGORITHMS',
    value: [
      { id: 2, parameters: new Uint8Array(0) },
      { id: 1, parameters: new Uint8Array(0) },
    ],
  };
  const choice = (id: number): Attribute => ({
    name: 'PASSWORD-ALGORITHM',
    value: { id, parameters: new Uint8Array(0) },
  });
  const sha256Key = longTermKey(alice.username, realm, alice.password, 'sha256');

  it('A12: MESSAGE-INTEGRITY-SHA256 alone is accepted, and answered with the same', () => {
    const reply = new Client(new Stage()).allocate([], { algorithm: 'sha256' });
    expect(reply).toMatchObject({ code: 0, sealed: 'valid' });
    expect(reply.message.attributes.at(-1)?.name).toBe('MESSAGE-INTEGRITY-SHA256');
  });

  it('A12: a key made with SHA-256, chosen from the list', () => {
    const client = new Client(new Stage());
    const reply = client.allocate([offered, choice(2)], { key: sha256Key, algorithm: 'sha256' });
    expect(reply).toMatchObject({ code: 0, sealed: 'valid' });
  });

  it('A12: USERHASH in place of USERNAME', () => {
    const hash: Attribute = { name: 'USERHASH', value: userHash(alice.username, realm) };
    const change = (all: Attribute[]): Attribute[] => all.map((a) => (a.name === 'USERNAME' ? hash : a));
    expect(new Client(new Stage()).allocate([], { change, algorithm: 'sha256' }).code).toBe(0);
    const nobody: Attribute = { name: 'USERHASH', value: new Uint8Array(32) };
    const unknown = (all: Attribute[]): Attribute[] => all.map((a) => (a.name === 'USERNAME' ? nobody : a));
    expect(new Client(new Stage()).allocate([], { change: unknown }).code).toBe(401);
  });

  it('A11: both integrities together, as RFC 8489 clients send them', () => {
    const client = new Client(new Stage());
    client.login();
    const sha1 = client.dressed(methods.allocate, [transportUdp]);
    const both = appendSha256(sha1, client.key);
    const reply = client.exchange(both);
    expect(reply).toMatchObject({ code: 0, sealed: 'valid' });
    expect(reply?.message.attributes.at(-1)?.name).toBe('MESSAGE-INTEGRITY-SHA256');
    both[both.length - 1] = (both.at(-1) ?? 0) ^ 1;
    expect(client.exchange(both)?.code).toBe(401);
  });

  it.each<[string, Attribute[]]>([
    ['the list without a choice', [offered]],
    ['a choice without the list', [choice(2)]],
    [
      'a shorter list',
      [{ name: 'PASSWORD-ALGORITHMS', value: [{ id: 1, parameters: new Uint8Array(0) }] }, choice(1)],
    ],
    [
      'another order',
      [
        {
          name: 'PASSWORD-ALGORITHMS',
          value: [...(offered.name === 'PASSWORD-ALGORITHMS' ? offered.value : [])].reverse(),
        },
        choice(1),
      ],
    ],
    ['a choice that is not on the list', [offered, choice(3)]],
  ])('A13: %s is 400 (bid-down)', (_name, attributes) => {
    expect(new Client(new Stage()).allocate(attributes, { algorithm: 'sha256' }).code).toBe(400);
  });
});

describe('time-limited credentials', () => {
  const visit = (
    stage: Stage,
    expiresSec: number,
    user = 'app',
    signedWith = secret,
    port = 40_000,
  ): Client => {
    const { username, credential } = mintRestCredential(signedWith, user, expiresSec);
    return new Client(stage, { at: { ...clientAt, port }, user: { username, password: credential } });
  };

  it('A17: good until the second they name, 401 from then on', () => {
    const stage = new Stage({ settings: withSecrets(secret) });
    expect(visit(stage, nowSec + 1).allocate().code).toBe(0);
    expect(visit(stage, nowSec, 'app', secret, 40_001).allocate().code).toBe(401);
    expect(visit(stage, nowSec - 1, 'app', secret, 40_002).allocate().code).toBe(401);
  });

  it('A18: a bare time and a time beyond 2038 are fine; milliseconds, hex and other orders are not', () => {
    const stage = new Stage({ settings: withSecrets(secret) });
    expect(visit(stage, nowSec + 60, '').allocate().code).toBe(0);
    expect(visit(stage, 4_102_444_800, 'app', secret, 40_001).allocate().code).toBe(0);
    const { username, credential } = mintRestCredential(secret, 'app', nowSec + 60);
    const hex = Buffer.from(credential, 'base64').toString('hex');
    const swapped = { username: `app:${nowSec + 60}`, password: credential };
    for (const user of [{ username, password: hex }, swapped]) {
      expect(new Client(stage, { at: { ...clientAt, port: 40_002 }, user }).allocate().code).toBe(401);
    }
  });

  it('A19: a credential signed with the empty secret is 401', () => {
    expect(visit(new Stage({ settings: withSecrets(secret) }), nowSec + 60, 'app', '').allocate().code).toBe(
      401,
    );
    expect(visit(new Stage(), nowSec + 60, 'app', '').allocate().code).toBe(401);
  });

  it('A21: while secrets change both are valid', () => {
    const stage = new Stage({ settings: withSecrets(secret, 'vertigo') });
    expect(visit(stage, nowSec + 60, 'a', secret).allocate().code).toBe(0);
    expect(visit(stage, nowSec + 60, 'b', 'vertigo', 40_001).allocate().code).toBe(0);
  });

  it('A22: an allocation may go on after its credential has run out, unless expiry is strict', () => {
    for (const strictExpiry of [false, true]) {
      const stage = new Stage({ settings: { ...withSecrets(secret), strictExpiry } });
      const client = visit(stage, nowSec + 10);
      client.relayed();
      stage.pass(20_000);
      expect(client.refresh(600).code).toBe(strictExpiry ? 401 : 0);
      expect(visit(stage, nowSec + 10, 'app', secret, 40_001).allocate().code).toBe(401);
    }
  });

  it('L23: quotas count by user, not by timestamp', () => {
    const quota = { perUser: 2, total: 100, bandwidth: null };
    const stage = new Stage({ settings: { ...withSecrets(secret), quota } });
    const codes = [0, 1, 2].map(
      (i) => visit(stage, nowSec + 60 + i, 'app', secret, 40_000 + i).allocate().code,
    );
    expect(codes).toEqual([0, 0, 486]);
  });
});

/** MESSAGE-INTEGRITY-SHA256 behind a message that has MESSAGE-INTEGRITY already. */
function appendSha256(sealed: Uint8Array, key: Uint8Array): Uint8Array {
  const total = sealed.length + 36;
  const bytes = new Uint8Array(total);
  bytes.set(sealed);
  bytes[2] = (total - 20) >> 8;
  bytes[3] = (total - 20) & 0xff;
  const digest = createHmac('sha256', key).update(bytes.subarray(0, sealed.length)).digest();
  bytes.set([0x00, 0x1c, 0, 32, ...digest], sealed.length);
  return bytes;
}
