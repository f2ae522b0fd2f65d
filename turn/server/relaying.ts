import type { Attribute } from '../../stun/attributes.ts';
import type { Endpoint } from '../../stun/endpoint.ts';
import type { Effect, LinkError, RandomBytes } from '../../stun/machine.ts';
import { methods, type StunMessage } from '../../stun/message.ts';
import type { Allocation } from './allocation.ts';
import type { Holding } from './allocation-table.ts';
import type { Desk } from './desk.ts';
import type { Gate } from './gate.ts';
import { icmpOf } from './icmp.ts';
import { towardsClient, towardsPeer } from './relay-path.ts';
import { settleMove } from './requests/move.ts';
import type { TurnServerEvent } from './turn-server-event.ts';

type Effects = Effect<TurnServerEvent>[];

/** By what a client’s data came. */
export interface Path {
  /** Null: the client has none. */
  readonly allocation: Allocation | null;
  /** Of the five-tuple; null: the allocation has one only, so it need not be told. */
  readonly key: string | null;
}

/** The data path: datagrams of clients to peers and back. */
export class Relaying {
  readonly #gate: Gate;
  readonly #random: RandomBytes;

  constructor(gate: Gate, random: RandomBytes) {
    this.#gate = gate;
    this.#random = random;
  }

  /** ChannelData of a client; `bytes` are the whole frame as it came. */
  fromChannel(
    desk: Desk,
    nowMs: number,
    { allocation, key }: Path,
    { channel, data }: { readonly channel: number; readonly data: Uint8Array },
    bytes: Uint8Array,
  ): Effects {
    if (allocation === null) return [{ kind: 'ignore', reason: 'channel data without an allocation' }];
    const settled = key === null ? [] : settleMove(desk, allocation, key);
    if (this.#gate.isWatched) {
      const { tuple, account } = allocation;
      const passage = { tuple, username: account.username, message: null, channel, bytes };
      if (this.#gate.admit(nowMs, passage).kind !== 'pass') return [{ kind: 'ignore', reason: 'kept back' }];
    }
    const peer = allocation.channels.peerOf(nowMs, channel);
    if (peer === null) return [{ kind: 'ignore', reason: 'the channel is not bound' }];
    const relayed = this.fromClient(desk, nowMs, allocation, peer, data);
    return settled.length === 0 ? relayed : [...settled, ...relayed];
  }

  fromClient(desk: Desk, nowMs: number, allocation: Allocation, peer: Endpoint, data: Uint8Array): Effects {
    const forwarding = towardsPeer(desk, nowMs, allocation, peer, data.length);
    switch (forwarding.kind) {
      case 'to-peer':
        return [{ kind: 'send', socket: forwarding.socket, to: forwarding.to, bytes: data }];
      case 'to-client':
        return this.fromPeer(desk, nowMs, forwarding.holding, forwarding.from, data);
      case 'dropped':
        return [{ kind: 'ignore', reason: forwarding.why }];
    }
  }

  fromPeer(desk: Desk, nowMs: number, holding: Holding, peer: Endpoint, data: Uint8Array): Effects {
    const delivery = towardsClient(desk, nowMs, holding, peer, data);
    const { tuple, account } = holding.allocation;
    switch (delivery.kind) {
      case 'channel':
        return this.#gate.send(nowMs, {
          tuple,
          username: account.username,
          message: null,
          channel: delivery.channel,
          bytes: delivery.bytes,
          seal: null,
          withFingerprint: false,
        });
      case 'indication':
        return this.#indicate(nowMs, holding.allocation, [
          { name: 'XOR-PEER-ADDRESS', value: delivery.peer },
          { name: 'DATA', value: delivery.data },
        ]);
      case 'dropped':
        return [{ kind: 'ignore', reason: delivery.why }];
    }
  }

  /** RFC 8656 s11.5: what ICMP said about a datagram that was relayed. */
  onSendFailed(nowMs: number, { allocation }: Holding, peer: Endpoint, error: LinkError): Effects {
    const icmp = icmpOf(error.code, peer.address);
    if (icmp === null) return [{ kind: 'ignore', reason: `not sent: ${error.code}` }];
    if (!allocation.permissions.permits(nowMs, peer.address)) return [];
    return this.#indicate(nowMs, allocation, [
      { name: 'XOR-PEER-ADDRESS', value: peer },
      { name: 'ICMP', value: icmp },
    ]);
  }

  /** RFC 8656 s11.3: Data indications are not authenticated. */
  #indicate(nowMs: number, { tuple, account }: Allocation, attributes: readonly Attribute[]): Effects {
    const transactionId = this.#random(12);
    const message: StunMessage = { method: methods.data, class: 'indication', transactionId, attributes };
    const { username } = account;
    return this.#gate.sendMessage(nowMs, { tuple, username, message, seal: null, withFingerprint: false });
  }
}
