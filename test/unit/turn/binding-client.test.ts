import { describe, expect, it } from 'vitest';
import { type Attribute, checkFingerprint, type Input } from '../../../stun/index.ts';
import {
  BindingClient,
  type BindingClientOptions,
  type BindingEvent,
} from '../../../turn/client/binding-client.ts';
import {
  countingBytes,
  mappedAt,
  type Rehearsal,
  refusal,
  rehearse,
  reply,
  type Script,
  serverAt,
} from './rehearsal.ts';

type Run = Rehearsal<BindingEvent>;

function run(script: Script, options: Partial<BindingClientOptions> = {}, onOpen?: Partial<Input>): Run {
  const machine = new BindingClient({
    server: serverAt,
    transport: 'udp',
    random: countingBytes(),
    giveUpMs: 2000,
    ...options,
  });
  return rehearse(machine, script, onOpen);
}

function verdict(result: Run): BindingEvent {
  const rest = result.events.filter((event) => event.kind !== 'transaction');
  if (rest.length !== 1 || rest[0] === undefined) throw new Error(`${rest.length} verdicts`);
  return rest[0];
}

const answer =
  (...attributes: Attribute[]): Script =>
  (call) => [reply(call, 'success', attributes)];

describe('BindingClient', () => {
  it('reports the mapped address, the software and the round trip', () => {
    const result = run(
      answer({ name: 'XOR-MAPPED-ADDRESS', value: mappedAt }, { name: 'SOFTWARE', value: 'scripted' }),
    );
    expect(verdict(result)).toEqual({ kind: 'mapped', mapped: mappedAt, software: 'scripted', rttMs: 10 });
    expect(result.calls).toHaveLength(1);
    expect(checkFingerprint(result.calls[0]?.bytes ?? new Uint8Array())).toBe('valid');
  });

  it('an unknown attribute that must be understood fails the transaction (RFC 8489 s6.3.3)', () => {
    const unknown: Attribute = { name: 'unknown', type: 0x7f01, bytes: new Uint8Array(0) };
    const result = run(answer({ name: 'XOR-MAPPED-ADDRESS', value: mappedAt }, unknown));
    const failure = { code: 'stun-unknown-attribute', detail: 'attributes 0x7f01' };
    expect(verdict(result)).toEqual({ kind: 'failed', failure });
  });

  it.each([
    ['udp', 'bind/udp'],
    ['tcp', 'bind/tcp'],
    ['tls', 'bind/tls'],
  ] as const)('over %s the record is called %s', (transport, purpose) => {
    const result = run(answer({ name: 'XOR-MAPPED-ADDRESS', value: mappedAt }), { transport });
    const [event] = result.events;
    expect(event).toMatchObject({ kind: 'transaction', record: { purpose, transport, outcome: 'answered' } });
  });

  it('prefers XOR-MAPPED-ADDRESS and can live with MAPPED-ADDRESS', () => {
    const rewritten = { address: '10.0.0.1', port: 1 };
    const xored: Attribute = { name: 'XOR-MAPPED-ADDRESS', value: mappedAt };
    const plain: Attribute = { name: 'MAPPED-ADDRESS', value: rewritten };
    expect(verdict(run(answer(plain, xored)))).toMatchObject({ mapped: mappedAt });
    expect(verdict(run(answer(plain)))).toMatchObject({ mapped: rewritten });
  });

  const failures: readonly [string, Script, string][] = [
    ['no address in the answer', answer(), 'stun-no-mapped-address'],
    ['an error response', (call) => [reply(call, 'error', refusal(500))], 'stun-500'],
    ['silence', () => [], 'timeout'],
    ['junk', () => [Uint8Array.of(0xff, 1, 2, 3)], 'stun-malformed'],
    [
      'an answer from elsewhere',
      (call) => [
        {
          from: { address: '203.0.113.2', port: 3478 },
          bytes: reply(call, 'success', [{ name: 'XOR-MAPPED-ADDRESS', value: mappedAt }]),
        },
      ],
      'stun-wrong-source',
    ],
    [
      'an ICMP error',
      () => [{ kind: 'send-failed', to: serverAt, error: { code: 'ECONNREFUSED', message: 'refused' } }],
      'refused',
    ],
  ];
  it.each(failures)('%s', (_name, script, code) => {
    expect(verdict(run(script))).toMatchObject({ kind: 'failed', failure: { code } });
  });

  it('a late but right answer beats junk', () => {
    const result = run((call) => [
      Uint8Array.of(0xff),
      reply(call, 'success', [{ name: 'XOR-MAPPED-ADDRESS', value: mappedAt }]),
    ]);
    expect(verdict(result)).toMatchObject({ kind: 'mapped' });
  });

  it('says nothing about the round trip after a retransmission', () => {
    const result = run((call) =>
      call.index === 0 ? [] : [reply(call, 'success', [{ name: 'XOR-MAPPED-ADDRESS', value: mappedAt }])],
    );
    expect(verdict(result)).toMatchObject({ kind: 'mapped', rttMs: null });
  });

  it('reports a connection that was refused, closed or never established', () => {
    const refused: Partial<Input> = {
      kind: 'open-failed',
      error: { code: 'ECONNREFUSED', message: 'connect ECONNREFUSED' },
    };
    expect(verdict(run(() => [], { transport: 'tcp' }, refused))).toMatchObject({
      failure: { code: 'refused' },
    });
    const closed = run(() => [{ kind: 'closed' }], { transport: 'tcp' });
    expect(verdict(closed)).toMatchObject({ failure: { code: 'connection-closed' } });
    const never = run(() => [], { transport: 'tls' }, { kind: 'deadline' });
    expect(verdict(never)).toMatchObject({ failure: { code: 'timeout' } });
  });
});
