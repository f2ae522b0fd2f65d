import { type Endpoint, formatEndpoint } from '../../stun/endpoint.ts';
import type { NatDropReason } from './middlebox.ts';

export type PacketFate =
  | 'delivered'
  | 'lost'
  | 'blocked'
  | 'no-listener'
  | 'no-route'
  | `nat-drop(${NatDropReason})`;

/** One datagram, for the explanation of a run. */
export interface TraceEntry {
  readonly sentMs: number;
  /** As sent by the host. */
  readonly from: Endpoint;
  readonly to: Endpoint;
  /** As it stood at the end of its journey, after the NATs that it passed. */
  readonly finalFrom: Endpoint;
  readonly finalTo: Endpoint;
  readonly bytes: number;
  readonly fate: PacketFate;
}

/** One line per packet, for failure messages of tests and for reports. */
export function formatTrace(trace: readonly TraceEntry[]): string {
  return trace
    .map(({ sentMs, from, to, finalFrom, finalTo, bytes, fate }) => {
      const sent = `${formatEndpoint(from)} > ${formatEndpoint(to)}`;
      const final = `${formatEndpoint(finalFrom)} > ${formatEndpoint(finalTo)}`;
      return `${sentMs.toFixed(1).padStart(8)} ms  ${sent}${sent === final ? '' : ` = ${final}`}  ${bytes} B  ${fate}`;
    })
    .join('\n');
}
