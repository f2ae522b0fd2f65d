import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FailureCode } from '../../../contract/failures.ts';
import {
  type Attribute,
  checkFingerprint,
  checkIntegrity,
  getAttribute,
  type Input,
  longTermKey,
  type Machine,
  methods,
  userHash,
} from '../../../stun/index.ts';
import {
  AllocationClient,
  type AllocationClientOptions,
  type AllocationEvent,
  maxPorts,
} from '../../../turn/client/allocation-client.ts';
import { maxStale } from '../../../turn/client/auth-ladder.ts';
import {
  allocatedAttributes,
  type Call,
  challenge,
  countingBytes,
  credentials,
  isSealed,
  key,
  mappedAt,
  type Rehearsal,
  realm,
  refusal,
  rehearse,
  relayedAt,
  reply,
  type Script,
  serverAt,
  wellBehaved,
} from './rehearsal.ts';

function makeClient(options: Partial<AllocationClientOptions> = {}): AllocationClient {
  return new AllocationClient({
    server: serverAt,
    transport: 'udp',
    family: 'ipv4',
    credentials,
    random: countingBytes(),
    releaseAfterAllocate: true,
    ...options,
  });
}

type Run = Rehearsal<AllocationEvent>;

function run(script: Script, options: Partial<AllocationClientOptions> = {}, onOpen?: Partial<Input>): Run {
  return rehearse(makeClient(options), script, onOpen);
}

function kinds(result: Run): string[] {
  return result.events.map((event) => event.kind).filter((kind) => kind !== 'transaction');
}

function purposes(result: Run): string[] {
  return result.events.flatMap((event) => (event.kind === 'transaction' ? [event.record.purpose] : []));
}

function failureOf(result: Run): { code: FailureCode; detail: string } {
  const failed = result.events.filter((event) => event.kind === 'failed');
  if (failed.length !== 1 || failed[0] === undefined) throw new Error(`failed ${failed.length} times`);
  return failed[0].failure;
}

const silent: Script = () => [];
/** Challenges the bare request, then does `then` with sealed ones. */
const afterChallenge =
  (then: Script): Script =>
  (call) =>
    isSealed(call) ? then(call) : [challenge(call)];
/** An unknown required attribute where the FINGERPRINT was, so behind the integrity. */
function withTail(sealed: Uint8Array): Uint8Array {
  const bytes = Uint8Array.from(sealed);
  bytes.set([0x7f, 0x01], bytes.length - 8);
  return bytes;
}
const success = (call: Call, attributes = allocatedAttributes): Uint8Array =>
  reply(call, 'success', attributes, { key });

describe('allocate and release', () => {
  it('climbs from the bare request to the allocation and gives it back', () => {
    const result = run(wellBehaved);
    expect(kinds(result)).toEqual(['allocated', 'released']);
    expect(purposes(result)).toEqual(['relay/allocate', 'relay/allocate-auth', 'relay/release']);
    expect(result.events).toContainEqual({
      kind: 'allocated',
      relayed: relayedAt,
      mapped: mappedAt,
      lifetimeSec: 600,
      software: 'scripted',
    });
    expect(result.events).toContainEqual({ kind: 'released', confirmed: true });
  });

  it('sends what RFC 8656 s7.1 and RFC 8489 s9.2.3 want', () => {
    const [bare, sealed, release] = run(wellBehaved, { lifetimeSec: 120, family: 'ipv6' }).calls;
    if (bare === undefined || sealed === undefined || release === undefined) throw new Error('too few calls');
    const names = (call: Call): string[] => call.message.attributes.map((attribute) => attribute.name);
    expect(names(bare)).toEqual([
      'REQUESTED-TRANSPORT',
      'LIFETIME',
      'REQUESTED-ADDRESS-FAMILY',
      'FINGERPRINT',
    ]);
    expect(getAttribute(bare.message, 'REQUESTED-TRANSPORT')).toBe(17);
    expect(getAttribute(sealed.message, 'LIFETIME')).toBe(120);
    expect(names(sealed).slice(3)).toEqual([
      'USERNAME',
      'REALM',
      'NONCE',
      'MESSAGE-INTEGRITY',
      'FINGERPRINT',
    ]);
    expect(checkIntegrity(sealed.bytes, key)).toBe('valid');
    expect(checkFingerprint(sealed.bytes)).toBe('valid');
    expect(release.message.method).toBe(methods.refresh);
    expect(getAttribute(release.message, 'LIFETIME')).toBe(0);
    const ids = [bare, sealed, release].map((call) => String(call.message.transactionId));
    expect(new Set(ids).size).toBe(3);
  });

  it('works without authentication where the server asks for none', () => {
    const result = run((call) => [reply(call, 'success', allocatedAttributes)], { credentials: null });
    expect(kinds(result)).toEqual(['allocated', 'released']);
    expect(purposes(result)).toEqual(['relay/allocate', 'relay/release']);
  });

  it('says released even if the release is not answered, and that it is not confirmed', () => {
    const result = run((call) => (call.message.method === methods.refresh ? [] : wellBehaved(call)));
    expect(kinds(result)).toEqual(['allocated', 'released']);
    expect(result.events).toContainEqual({ kind: 'released', confirmed: false });
  });

  it('gives back an allocation that came without a relayed address', () => {
    const script = afterChallenge((call) => [success(call, [{ name: 'LIFETIME', value: 600 }])]);
    const result = run(script, { releaseAfterAllocate: false });
    expect(failureOf(result).code).toBe('turn-no-relayed-address');
    expect(kinds(result)).toEqual(['failed', 'released']);
  });

  it('over a stream sends each request once and reads answers in pieces', () => {
    const script: Script = (call) =>
      wellBehaved(call).flatMap((bytes) =>
        bytes instanceof Uint8Array ? [...bytes].map((byte) => Uint8Array.of(byte)) : [],
      );
    const result = run(script, { transport: 'tcp' });
    expect(kinds(result)).toEqual(['allocated', 'released']);
    expect(result.calls).toHaveLength(3);
  });
});

describe('refusals after credentials', () => {
  const table: readonly [number, FailureCode][] = [
    [300, 'stun-300'],
    [400, 'stun-400'],
    [401, 'turn-401'],
    [403, 'turn-403'],
    [420, 'stun-420'],
    [440, 'turn-440'],
    [441, 'turn-441'],
    [442, 'turn-442'],
    [443, 'stun-unexpected-error'],
    [486, 'turn-486'],
    [500, 'stun-500'],
    [508, 'turn-508'],
    [699, 'stun-unexpected-error'],
  ];
  it.each(table)('%i is %s, reported once and not tried again', (code, expected) => {
    const result = run(afterChallenge((call) => [reply(call, 'error', refusal(code), { key })]));
    expect(failureOf(result)).toEqual({ code: expected, detail: `${code} Reason ${code}` });
    expect(kinds(result)).toEqual(['failed']);
    expect(result.calls).toHaveLength(2);
  });

  const taken = (call: Call): Uint8Array => reply(call, 'error', refusal(437), { key });

  it.each(['udp', 'tcp'] as const)(
    '437 is tried again from another port over %s (RFC 8656 s7.4)',
    (transport) => {
      let refusals = 0;
      const script = afterChallenge((call) => {
        if (refusals === maxPorts - 1 || call.message.method !== methods.allocate) return wellBehaved(call);
        refusals += 1;
        return [taken(call)];
      });
      const result = run(script, { transport });
      expect(kinds(result)).toEqual(['allocated', 'released']);
      expect(result.opened).toBe(maxPorts);
      // Each port is challenged anew: a nonce may be bound to the five-tuple it was given to.
      expect(result.calls.map(isSealed)).toEqual([false, true, false, true, false, true, true]);
    },
  );

  it(`437 from ${maxPorts} ports is the end`, () => {
    const result = run(afterChallenge((call) => [taken(call)]));
    expect(failureOf(result)).toEqual({ code: 'turn-437', detail: '437 Reason 437' });
    expect([kinds(result), result.opened]).toEqual([['failed'], maxPorts]);
  });

  it('names the alternate server of a redirection', () => {
    const alternate: Attribute = { name: 'ALTERNATE-SERVER', value: { address: '203.0.113.9', port: 5349 } };
    const result = run(afterChallenge((call) => [reply(call, 'error', refusal(300, alternate), { key })]));
    expect(failureOf(result).detail).toContain('203.0.113.9:5349');
  });

  it('names the attributes that a 420 is about', () => {
    const unknown: Attribute = { name: 'UNKNOWN-ATTRIBUTES', value: [0x0017, 0x001c] };
    const result = run(afterChallenge((call) => [reply(call, 'error', refusal(420, unknown), { key })]));
    expect(failureOf(result).detail).toContain('0x0017 0x001c');
  });

  it('makes the server’s words fit for a terminal', () => {
    const reason = `Bad\u0000\u0000\u001b[31m${'x'.repeat(400)}`;
    const attributes: Attribute[] = [{ name: 'ERROR-CODE', value: { code: 486, reason } }];
    const { detail } = failureOf(run(afterChallenge((call) => [reply(call, 'error', attributes, { key })])));
    expect(detail).not.toMatch(/\p{Cc}/u);
    expect(detail.length).toBeLessThan(200);
  });

  it('an error response without ERROR-CODE is malformed', () => {
    const result = run(afterChallenge((call) => [reply(call, 'error', [], { key })]));
    expect(failureOf(result).code).toBe('stun-malformed');
  });

  it('without credentials a 401 says that they are missing', () => {
    const result = run((call) => [challenge(call)], { credentials: null });
    expect(failureOf(result).code).toBe('turn-credentials-missing');
    expect(result.calls).toHaveLength(1);
  });

  it('never shows the password', () => {
    const result = run(afterChallenge((call) => [challenge(call)]));
    expect(failureOf(result).code).toBe('turn-401');
    expect(JSON.stringify(result.events)).not.toContain(credentials.password);
  });
});

describe('challenges', () => {
  it.each(['REALM', 'NONCE'] as const)('a 401 without %s is malformed', (missing) => {
    const all: Attribute[] = [
      { name: 'REALM', value: realm },
      { name: 'NONCE', value: 'n' },
    ];
    const kept = all.filter((attribute) => attribute.name !== missing);
    const { code, detail } = failureOf(run((call) => [reply(call, 'error', refusal(401, ...kept))]));
    expect(code).toBe('stun-malformed');
    expect(detail).toContain(missing);
  });

  it(`takes up to ${maxStale} stale nonces`, () => {
    const script: Script = (call) => {
      if (!isSealed(call)) return [challenge(call)];
      return call.index <= maxStale ? [challenge(call, 438, `nonce-${call.index}`)] : [success(call)];
    };
    const result = run(script, { releaseAfterAllocate: false });
    expect(kinds(result)).toEqual(['allocated']);
    const nonces = result.calls.slice(1, maxStale + 2).map((call) => getAttribute(call.message, 'NONCE'));
    expect(nonces).toEqual(['nonce-1', 'nonce-1', 'nonce-2', 'nonce-3']);
    expect(purposes(result).at(-1)).toBe('relay/allocate-nonce');
  });

  it('gives up on a server that calls every nonce stale', () => {
    const result = run(afterChallenge((call) => [challenge(call, 438, `nonce-${call.index}`)]));
    expect(failureOf(result).code).toBe('turn-438');
    expect(result.calls).toHaveLength(2 + maxStale);
  });

  it('follows a change of realm, but not for ever', () => {
    const once = run((call) => {
      if (call.index === 0) return [challenge(call, 401, 'n', 'old.example')];
      if (getAttribute(call.message, 'REALM') === 'old.example') return [challenge(call)];
      return [success(call)];
    });
    expect(kinds(once)).toEqual(['allocated', 'released']);
    const endless = run((call) => [challenge(call, 401, 'n', `realm-${call.index}`)]);
    expect(failureOf(endless).code).toBe('turn-401');
    expect(endless.calls).toHaveLength(4);
  });
});

describe('RFC 8489 password algorithms', () => {
  const md5 = { id: 1, parameters: new Uint8Array() };
  const sha256 = { id: 2, parameters: new Uint8Array() };
  const key256 = longTermKey(credentials.username, realm, credentials.password, 'sha256');
  /** Feature bit 0 is the most significant of the 24 behind the cookie. */
  const withBit = 'obMatJos2gAAA-rest';
  const challengeWith = (nonce: string, ...more: Attribute[]): Script => {
    const attributes: Attribute[] = [
      { name: 'REALM', value: realm },
      { name: 'NONCE', value: nonce },
    ];
    return (call) => [reply(call, 'error', refusal(401, ...attributes, ...more))];
  };
  const offering = (...offered: (typeof md5)[]): Script =>
    challengeWith(withBit, { name: 'PASSWORD-ALGORITHMS', value: offered });

  it('takes SHA-256 where it is offered, and sends the list back', () => {
    const script: Script = (call) => {
      if (!isSealed(call)) return offering(md5, sha256)(call);
      return [reply(call, 'success', allocatedAttributes, { key: key256, algorithm: 'sha256' })];
    };
    const result = run(script);
    expect(kinds(result)).toEqual(['allocated', 'released']);
    const sealed = result.calls[1];
    if (sealed === undefined) throw new Error('no sealed request');
    expect(getAttribute(sealed.message, 'PASSWORD-ALGORITHMS')).toEqual([md5, sha256]);
    expect(getAttribute(sealed.message, 'PASSWORD-ALGORITHM')).toEqual(sha256);
    expect(getAttribute(sealed.message, 'MESSAGE-INTEGRITY')).toBeUndefined();
    expect(checkIntegrity(sealed.bytes, key256)).toBe('valid');
  });

  it('does not take an answer that is sealed with the weaker kind', () => {
    const script: Script = (call) => {
      if (!isSealed(call)) return offering(sha256)(call);
      return [reply(call, 'success', allocatedAttributes, { key: key256, algorithm: 'sha1' })];
    };
    expect(failureOf(run(script)).code).toBe('stun-integrity');
  });

  it('stops when the list was taken away (bid-down), without sending anything sealed', () => {
    const result = run(challengeWith(withBit));
    expect(failureOf(result).code).toBe('turn-password-algorithms');
    expect(result.calls).toHaveLength(1);
  });

  it('stops when it knows none of the algorithms', () => {
    const result = run(offering({ id: 99, parameters: new Uint8Array() }));
    expect(failureOf(result)).toMatchObject({ code: 'turn-password-algorithms' });
    expect(failureOf(result).detail).toContain('99');
  });

  it('hides the username where the server offers that', () => {
    const result = run((call) =>
      isSealed(call) ? [success(call)] : challengeWith('obMatJos2QAAA-rest')(call),
    );
    const sealed = result.calls[1]?.message;
    if (sealed === undefined) throw new Error('no sealed request');
    expect(getAttribute(sealed, 'USERNAME')).toBeUndefined();
    expect(getAttribute(sealed, 'USERHASH')).toEqual(userHash(credentials.username, realm));
  });
});

describe('answers that must not be believed', () => {
  const forged: readonly [string, Script][] = [
    ['a success without integrity', (call) => [reply(call, 'success', allocatedAttributes)]],
    [
      'a success with the integrity of another password',
      (call) => [reply(call, 'success', allocatedAttributes, { key: Uint8Array.of(1, 2, 3) })],
    ],
    ['a 508 with wrong integrity', (call) => [reply(call, 'error', refusal(508), { key: Uint8Array.of(1) })]],
  ];
  it.each(forged)('%s: discarded, and named when nothing better comes', (_name, forge) => {
    const result = run(afterChallenge(forge), { giveUpMs: 2000 });
    expect(failureOf(result).code).toBe('stun-integrity');
  });

  it.each(forged)('%s: the true answer behind it counts', (_name, forge) => {
    const result = run(afterChallenge((call) => [...forge(call), ...wellBehaved(call)]));
    expect(kinds(result)).toEqual(['allocated', 'released']);
  });

  it('an answer from another address', () => {
    const from = { address: '203.0.113.77', port: 3478 };
    const result = run((call) => [{ from, bytes: challenge(call) }], { giveUpMs: 2000 });
    expect(failureOf(result)).toMatchObject({
      code: 'stun-wrong-source',
      detail: expect.stringContaining('.77'),
    });
  });

  const unknown: Attribute = { name: 'unknown', type: 0x7f01, bytes: Uint8Array.of(1) };

  it('a success or an error with an unknown attribute that must be understood (RFC 8489 s6.3.3, s6.3.4)', () => {
    const failure = { code: 'stun-unknown-attribute', detail: 'attributes 0x7f01' };
    const strange = afterChallenge((call) => [success(call, [...allocatedAttributes, unknown])]);
    expect(failureOf(run(strange))).toEqual(failure);
    const refused = run((call) => [reply(call, 'error', refusal(401, unknown))]);
    expect(failureOf(refused)).toEqual(failure);
    expect(refused.calls).toHaveLength(1);
  });

  it('an unknown attribute behind the integrity, or one that may be ignored, does no harm', () => {
    const optional: Attribute = { ...unknown, type: 0xff01 };
    const script = afterChallenge((call) => [success(call, [...allocatedAttributes, optional])]);
    expect(kinds(run(script))).toEqual(['allocated', 'released']);
    const behind = afterChallenge((call) => [withTail(success(call))]);
    expect(kinds(run(behind))).toEqual(['allocated', 'released']);
  });

  it('bytes that are not STUN', () => {
    const result = run(() => [new TextEncoder().encode('HTTP/1.1 400 Bad Request\r\n\r\n')], {
      giveUpMs: 2000,
    });
    expect(failureOf(result).code).toBe('stun-malformed');
  });

  it('a stream that is not STUN fails at once', () => {
    const result = run(() => [new TextEncoder().encode('SSH-2.0-OpenSSH_9.2\r\n')], { transport: 'tcp' });
    expect(failureOf(result).code).toBe('stun-malformed');
    expect(result.endMs).toBeLessThan(2000);
  });
});

describe('silence and broken links', () => {
  it('over UDP sends seven times and gives up after 39.5 s (RFC 8489 s6.2.1)', () => {
    const result = run(silent);
    expect(failureOf(result)).toEqual({ code: 'timeout', detail: 'sent 7 times' });
    expect(result.calls.map((call) => call.nowMs - 1000)).toEqual([0, 500, 1500, 3500, 7500, 15_500, 31_500]);
    expect(result.endMs - 1000).toBe(39_500);
  });

  it('keeps to a shorter time to give up', () => {
    const result = run(silent, { rtoMs: 100, giveUpMs: 1000 });
    expect(result.calls.map((call) => call.nowMs - 1000)).toEqual([0, 100, 300, 700]);
    expect(result.endMs - 1000).toBe(1000);
  });

  it('over TCP sends once', () => {
    const result = run(silent, { transport: 'tcp', giveUpMs: 3000 });
    expect(failureOf(result)).toEqual({ code: 'timeout', detail: 'sent once' });
  });

  it('gives up on a connection that is never established', () => {
    const result = run(silent, { transport: 'tls', giveUpMs: 3000 }, { kind: 'deadline' });
    expect(failureOf(result).code).toBe('timeout');
    expect(result.endMs - 1000).toBe(3000);
    expect(result.calls).toEqual([]);
  });

  it('reports why a connection could not be opened', () => {
    const error = { code: 'CERT_HAS_EXPIRED', message: 'certificate has expired' };
    const result = run(silent, { transport: 'tls' }, { kind: 'open-failed', error });
    expect(failureOf(result)).toEqual({
      code: 'tls-certificate-expired',
      detail: 'CERT_HAS_EXPIRED: certificate has expired',
    });
    expect(purposes(result)).toEqual([]);
  });

  it('reports an ICMP error with the transaction that it ended', () => {
    const error = { code: 'EHOSTUNREACH', message: 'no route' };
    const result = run(() => [{ kind: 'send-failed', to: serverAt, error }]);
    expect(failureOf(result).code).toBe('unreachable');
    const [record] = result.events.flatMap((event) => (event.kind === 'transaction' ? [event.record] : []));
    expect(record).toMatchObject({ outcome: 'failed', error });
  });

  it.each([
    ['while it waits', (): Run => run(() => [{ kind: 'closed' }], { transport: 'tcp' })],
    [
      'after the challenge',
      (): Run =>
        run(
          afterChallenge(() => [{ kind: 'closed' }]),
          { transport: 'tcp' },
        ),
    ],
  ])('a connection closed %s', (_name, play) => {
    const result = play();
    expect(failureOf(result).code).toBe('connection-closed');
    expect(kinds(result)).toEqual(['failed']);
  });

  it('a username that does not fit is not sent', () => {
    const long = { username: 'ü'.repeat(255), password: 'x' };
    const result = run(silent, { credentials: long });
    expect(failureOf(result).code).toBe('config-invalid');
    expect(result.calls).toEqual([]);
  });
});

describe('whatever comes in', () => {
  it('never throws, and does nothing more once it is finished', () => {
    const anyInput = fc.oneof(
      fc.uint8Array({ maxLength: 80 }).map((bytes) => ({ kind: 'received' as const, bytes, from: serverAt })),
      fc
        .constantFrom('closed' as const, 'opened' as const, 'start' as const, 'deadline' as const)
        .map((kind) => ({
          kind,
          local: serverAt,
        })),
    );
    fc.assert(
      fc.property(
        fc.array(anyInput, { maxLength: 30 }),
        fc.constantFrom('udp', 'tcp'),
        (inputs, transport) => {
          const machine: Machine<AllocationEvent> = makeClient({ transport });
          let nowMs = 0;
          let failed = 0;
          for (const input of inputs) {
            nowMs += 5000;
            const finished = machine.isFinished();
            const effects = machine.handle(nowMs, { socket: 'relay', ...input } as Input);
            if (finished) expect(effects).toEqual([]);
            failed += effects.filter(
              (effect) => effect.kind === 'emit' && effect.event.kind === 'failed',
            ).length;
          }
          expect(failed).toBeLessThanOrEqual(1);
        },
      ),
    );
  });
});
