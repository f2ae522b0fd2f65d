/** The requests of an allocation that are about peers, and what their outcome changes. */
import type { Attribute } from '../../stun/attributes.ts';
import type { Endpoint } from '../../stun/endpoint.ts';
import { methods } from '../../stun/message.ts';
import { type AllocationEvent, emit } from './allocation-event.ts';
import type { Ask } from './authenticated-requests.ts';
import type { RelayPeers } from './relay-peers.ts';

/** RFC 8656 s10. @param isKept renewed in time; else it ends with its lifetime */
export function permissionRequest(
  table: RelayPeers,
  peers: readonly Endpoint[],
  isKept: boolean,
): Ask<AllocationEvent> {
  return {
    purpose: 'relay/permission',
    method: methods.createPermission,
    attributes: peers.map((value): Attribute => ({ name: 'XOR-PEER-ADDRESS', value })),
    ended: (doneMs, outcome) => {
      if (!outcome.ok) {
        for (const peer of peers) table.forbid(peer);
        return [emit({ kind: 'peer-refused', peers, failure: outcome.failure })];
      }
      if (isKept) for (const peer of peers) table.permit(doneMs, peer);
      return [emit({ kind: 'permitted', peers })];
    },
  };
}

/** RFC 8656 s12.1. `isKept`: renewed in time, and used for what is sent; else it ends with its lifetime. */
export function channelRequest(
  table: RelayPeers,
  { peer, channel, isKept }: { readonly peer: Endpoint; readonly channel: number; readonly isKept: boolean },
): Ask<AllocationEvent> {
  return {
    purpose: 'relay/channel',
    method: methods.channelBind,
    attributes: [
      { name: 'CHANNEL-NUMBER', value: channel },
      { name: 'XOR-PEER-ADDRESS', value: peer },
    ],
    ended: (doneMs, outcome) => {
      if (!outcome.ok) {
        table.unbind(channel);
        return [emit({ kind: 'peer-refused', peers: [peer], failure: outcome.failure })];
      }
      if (isKept) table.bind(doneMs, channel, peer);
      return [emit({ kind: 'bound', peer, channel })];
    },
  };
}
