import { describe, expect, it } from 'vitest';
import {
  decodeChannelData,
  encodeChannelData,
  encodeMessage,
  getAttribute,
  methods,
  type Transport,
} from '../../../stun/index.ts';
import { AllocationClient, type AllocationEvent } from '../../../turn/client/allocation-client.ts';
import {
  type Call,
  countingBytes,
  credentials,
  key,
  refusal,
  reply,
  type Script,
  Stage,
  serverAt,
  wellBehaved,
} from './rehearsal.ts';

const peer = { address: '198.51.100.20', port: 6000 };
const samePeerOtherPort = { ...peer, port: 6001 };
const text = (words: string): Uint8Array => new TextEncoder().encode(words);

/** A client with a live allocation, on a stage that can be played on. */
function allocated(
  script: Script = wellBehaved,
  transport: Transport = 'udp',
): { client: AllocationClient; stage: Stage<AllocationEvent> } {
  const client = new AllocationClient({
    server: serverAt,
    transport,
    family: 'ipv4',
    credentials,
    random: countingBytes(),
  });
  const stage = new Stage<AllocationEvent>(client, script).start().run(100);
  if (!stage.events.some((event) => event.kind === 'allocated')) throw new Error('no allocation');
  stage.events.length = 0;
  stage.calls.length = 0;
  return { client, stage };
}

function happened(stage: Stage<AllocationEvent>): AllocationEvent[] {
  return stage.events.filter((event) => event.kind !== 'transaction');
}

function callsOf(stage: Stage<AllocationEvent>, method: number): Call[] {
  return stage.calls.filter((call) => call.message.method === method);
}

describe('permissions', () => {
  it('asks for all peers in one request', () => {
    const { client, stage } = allocated();
    const peers = [peer, { address: '198.51.100.21', port: 1 }];
    stage.take(client.createPermission(stage.nowMs, peers));
    stage.run(100);
    expect(happened(stage)).toEqual([{ kind: 'permitted', peers }]);
    const asked = stage.calls[0]?.message.attributes.filter((a) => a.name === 'XOR-PEER-ADDRESS');
    expect(asked?.map((attribute) => ('value' in attribute ? attribute.value : null))).toEqual(peers);
  });

  it('renews them every 4 minutes, before the 5 of RFC 8656 s9 are over', () => {
    const { client, stage } = allocated();
    const startMs = stage.nowMs;
    stage.take(client.createPermission(startMs, [peer]));
    stage.run(9 * 60_000);
    const times = callsOf(stage, methods.createPermission).map((call) =>
      Math.round((call.nowMs - startMs) / 60_000),
    );
    expect(times).toEqual([0, 4, 8]);
  });

  it('a refused peer is reported, the allocation lives on and the peer is not renewed', () => {
    const script: Script = (call) =>
      call.message.method === methods.createPermission
        ? [reply(call, 'error', refusal(403), { key })]
        : wellBehaved(call);
    const { client, stage } = allocated(script);
    stage.take(client.createPermission(stage.nowMs, [peer]));
    stage.run(9 * 60_000);
    expect(happened(stage)).toEqual([
      { kind: 'peer-refused', peers: [peer], failure: { code: 'turn-403', detail: '403 Reason 403' } },
    ]);
    expect(callsOf(stage, methods.createPermission)).toHaveLength(1);
    expect(client.isFinished()).toBe(false);
  });
});

describe('channels', () => {
  it('binds numbers from 0x4000 up, one per peer endpoint, and the same one again', () => {
    const { client, stage } = allocated();
    for (const to of [peer, samePeerOtherPort, peer]) {
      stage.take(client.channelBind(stage.nowMs, to));
      stage.run(100);
    }
    const numbers = stage.calls.map((call) => getAttribute(call.message, 'CHANNEL-NUMBER'));
    expect(numbers).toEqual([0x4000, 0x4001, 0x4000]);
  });

  it('two binds of one peer under way at once use one number', () => {
    const { client, stage } = allocated();
    stage.take([...client.channelBind(stage.nowMs, peer), ...client.channelBind(stage.nowMs, peer)]);
    stage.run(100);
    const numbers = stage.calls.map((call) => getAttribute(call.message, 'CHANNEL-NUMBER'));
    expect(numbers).toEqual([0x4000, 0x4000]);
  });

  it('renews the channel every 9 minutes and its permission every 4', () => {
    const { client, stage } = allocated();
    const startMs = stage.nowMs;
    stage.take(client.channelBind(startMs, peer));
    stage.run(10 * 60_000);
    const minutes = (method: number): number[] =>
      callsOf(stage, method).map((call) => Math.round((call.nowMs - startMs) / 60_000));
    expect(minutes(methods.channelBind)).toEqual([0, 9]);
    expect(minutes(methods.createPermission)).toEqual([4, 8]);
  });

  it('one that is not kept is told of, and neither renewed nor used', () => {
    const { client, stage } = allocated();
    stage.take(client.channelBind(stage.nowMs, peer, false));
    stage.run(10 * 60_000);
    expect(happened(stage)).toEqual([{ kind: 'bound', peer, channel: 0x4000 }]);
    expect(callsOf(stage, methods.channelBind)).toHaveLength(1);
    expect(callsOf(stage, methods.createPermission)).toHaveLength(0);
  });

  it('falls back to indications when a renewal is refused', () => {
    let binds = 0;
    const script: Script = (call) => {
      if (call.message.method !== methods.channelBind) return wellBehaved(call);
      binds += 1;
      return binds === 1 ? wellBehaved(call) : [reply(call, 'error', refusal(400), { key })];
    };
    const { client, stage } = allocated(script);
    stage.take(client.channelBind(stage.nowMs, peer));
    stage.run(9.5 * 60_000);
    stage.take(client.sendTo(stage.nowMs, peer, text('hello')));
    expect(stage.raw).toEqual([]);
    expect(callsOf(stage, methods.send)).toHaveLength(1);
  });
});

describe('data', () => {
  it('goes out as a Send indication without a channel', () => {
    const { client, stage } = allocated();
    stage.take(client.sendTo(stage.nowMs, peer, text('hello')));
    const [call] = stage.calls;
    expect(call?.message.class).toBe('indication');
    if (call === undefined) throw new Error('nothing sent');
    expect(getAttribute(call.message, 'XOR-PEER-ADDRESS')).toEqual(peer);
    expect(getAttribute(call.message, 'DATA')).toEqual(text('hello'));
  });

  it.each([
    ['udp', 9],
    ['tcp', 12],
  ] as const)('goes out as ChannelData on a channel, over %s in %i bytes', (transport, size) => {
    const { client, stage } = allocated(wellBehaved, transport);
    stage.take(client.channelBind(stage.nowMs, peer));
    stage.run(100);
    stage.take(client.sendTo(stage.nowMs, peer, text('hello')));
    const [bytes] = stage.raw;
    if (bytes === undefined) throw new Error('nothing sent');
    expect(bytes.length).toBe(size);
    expect(decodeChannelData(bytes)).toEqual({ channel: 0x4000, data: text('hello') });
  });

  const dataIndication = encodeMessage({
    method: methods.data,
    class: 'indication',
    transactionId: new Uint8Array(12),
    attributes: [
      { name: 'XOR-PEER-ADDRESS', value: peer },
      { name: 'DATA', value: text('hi') },
    ],
  });

  it('comes in both ways', () => {
    const { client, stage } = allocated();
    stage.take(client.channelBind(stage.nowMs, peer));
    stage.run(100);
    stage.events.length = 0;
    stage.receive(dataIndication);
    stage.receive(encodeChannelData(0x4000, text('ho'), false));
    expect(stage.events).toEqual([
      { kind: 'data', from: peer, bytes: text('hi') },
      { kind: 'data', from: peer, bytes: text('ho') },
    ]);
  });

  it('is not taken from strangers or on unknown channels', () => {
    const { client, stage } = allocated();
    stage.take(client.channelBind(stage.nowMs, peer));
    stage.run(100);
    stage.events.length = 0;
    const stranger = { address: '203.0.113.66', port: 3478 };
    stage.receive(dataIndication, stranger);
    stage.receive(encodeChannelData(0x4000, text('ho'), false), stranger);
    stage.receive(encodeChannelData(0x4001, text('ho'), false));
    expect(stage.events).toEqual([]);
  });
});

describe('the life of an allocation', () => {
  it('is refreshed a minute before its end', () => {
    const { stage } = allocated();
    const startMs = stage.nowMs;
    stage.run(20 * 60_000);
    const refreshes = callsOf(stage, methods.refresh);
    expect(refreshes.map((call) => Math.round((call.nowMs - startMs) / 60_000))).toEqual([9, 18]);
    expect(happened(stage)).toEqual([]);
  });

  it('takes a fresh nonce at a refresh', () => {
    let stale = true;
    const script: Script = (call) => {
      if (call.message.method !== methods.refresh || !stale) return wellBehaved(call);
      stale = false;
      const attributes = refusal(438, { name: 'NONCE', value: 'nonce-2' });
      return [reply(call, 'error', attributes)];
    };
    const { stage } = allocated(script);
    stage.run(10 * 60_000);
    const nonces = callsOf(stage, methods.refresh).map((call) => getAttribute(call.message, 'NONCE'));
    expect(nonces).toEqual(['nonce-1', 'nonce-2']);
    expect(happened(stage)).toEqual([]);
  });

  it('ends with the reason when a refresh is refused', () => {
    const script: Script = (call) =>
      call.message.method === methods.refresh
        ? [reply(call, 'error', refusal(437), { key })]
        : wellBehaved(call);
    const { client, stage } = allocated(script);
    stage.run(10 * 60_000);
    expect(happened(stage)).toEqual([
      { kind: 'failed', failure: { code: 'turn-437', detail: '437 Reason 437' } },
    ]);
    expect(client.isFinished()).toBe(true);
  });

  it('ends when the connection breaks, also while nothing is under way', () => {
    const { client, stage } = allocated(wellBehaved, 'tcp');
    stage.input({ kind: 'closed', error: { code: 'ECONNRESET', message: 'reset by peer' } });
    expect(happened(stage)).toEqual([
      { kind: 'failed', failure: { code: 'connection-closed', detail: 'ECONNRESET: reset by peer' } },
    ]);
    expect(client.isFinished()).toBe(true);
  });

  it('is given back on request, once', () => {
    const { client, stage } = allocated();
    stage.take([...client.release(stage.nowMs), ...client.release(stage.nowMs)]);
    stage.run(100);
    expect(happened(stage)).toEqual([{ kind: 'released', confirmed: true }]);
    expect(callsOf(stage, methods.refresh)).toHaveLength(1);
  });

  it('does nothing for its owner before it is there or after it is gone', () => {
    const { client, stage } = allocated();
    stage.take(client.release(stage.nowMs));
    stage.run(100);
    for (const effects of [
      client.sendTo(stage.nowMs, peer, text('x')),
      client.createPermission(stage.nowMs, [peer]),
      client.channelBind(stage.nowMs, peer),
    ]) {
      expect(effects.map((effect) => effect.kind)).toEqual(['ignore']);
    }
  });
});
