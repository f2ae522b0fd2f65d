import type { Attribute } from '../../stun/attributes.ts';
import type { Endpoint } from '../../stun/endpoint.ts';
import type { RandomBytes } from '../../stun/machine.ts';
import { encodeMessage, methods } from '../../stun/message.ts';
import type { AllocationClientOptions } from './allocation-event.ts';

/** IP protocol number of UDP: the only transport that is relayed here (RFC 8656 s7.1). */
const udpProtocol = 17;

/** What an Allocate request asks for. */
export function allocateAttributes({ family, lifetimeSec }: AllocationClientOptions): Attribute[] {
  const attributes: Attribute[] = [{ name: 'REQUESTED-TRANSPORT', value: udpProtocol }];
  if (lifetimeSec !== undefined) attributes.push({ name: 'LIFETIME', value: lifetimeSec });
  if (family === 'ipv6') attributes.push({ name: 'REQUESTED-ADDRESS-FAMILY', value: 'ipv6' });
  return attributes;
}

/** Data to a peer without a channel (RFC 8656 s11.1). */
export function sendIndication(random: RandomBytes, peer: Endpoint, data: Uint8Array): Uint8Array {
  return encodeMessage({
    method: methods.send,
    class: 'indication',
    transactionId: random(12),
    attributes: [
      { name: 'XOR-PEER-ADDRESS', value: peer },
      { name: 'DATA', value: data },
    ],
  });
}
