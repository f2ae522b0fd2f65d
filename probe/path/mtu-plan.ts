/** Which packet sizes are tried towards the server and back, in bytes of the whole IP packet. */
import { type Endpoint, familyOf } from '../../stun/endpoint.ts';
import { plainSpec } from '../nat/exchange.ts';
import type { ProbeSpec } from '../nat/nat-probe.ts';

/**
 * 1280: least of IPv6 · 1400: common tunnel default · 1420: WireGuard · 1452, 1480: tunnels and 6in4 · 1492: PPPoE ·
 * 1500: Ethernet · 2000: never fits, so it travels in fragments.
 */
export const upSizes: readonly number[] = [1280, 1400, 1420, 1452, 1480, 1492, 1500, 2000];
/** The last one is an answer in fragments to a request that still fits: ours gives back no more PADDING than it gets. */
export const downSizes: readonly number[] = [1280, 1400, 1480, 1500, 1532];
/** The link MTU that nearly everything has: larger packets are fragments somewhere. */
export const ethernetMtu = 1500;

export const mtuSocket = 'mtu';
export const mtuControl = 'mtu/control';
const stunHeaderBytes = 20;
const attributeHeaderBytes = 4;

/** IP and UDP headers: 20 + 8 bytes, with IPv6 40 + 8. */
export function headerBytes(server: Endpoint): number {
  return familyOf(server.address) === 'ipv6' ? 48 : 28;
}

/** An empty FILLER makes the sizes of request and answer part of the evidence. */
export function controlSpec(server: Endpoint): ProbeSpec {
  return { ...plainSpec(mtuControl, mtuSocket, server), fill: { name: 'FILLER', bytes: 0 } };
}

/** @param answerBytes UDP payload of the answer to the control */
export function sizeSpecs(server: Endpoint, answerBytes: number): ProbeSpec[] {
  const payload = (size: number) => size - headerBytes(server);
  const fixed = stunHeaderBytes + attributeHeaderBytes;
  return [
    ...upSizes.map((size): ProbeSpec => {
      const fill = { name: 'FILLER', bytes: payload(size) - fixed } as const;
      return { ...plainSpec(`mtu/up-${size}`, mtuSocket, server), fill };
    }),
    // The answer is the control's plus PADDING; the request stays smaller than that.
    ...downSizes.map((size): ProbeSpec => {
      const fill = { name: 'PADDING', bytes: payload(size) - answerBytes - attributeHeaderBytes } as const;
      return { ...plainSpec(`mtu/down-${size}`, mtuSocket, server), fill };
    }),
  ];
}
