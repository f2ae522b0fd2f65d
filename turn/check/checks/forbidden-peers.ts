/** Group X: peers that nobody should reach through the server. Asked by CreatePermission and ChannelBind, which send nothing. */
import type { CheckSeverity } from '../../../contract/turn-report.ts';
import { type Endpoint, familyOf } from '../../../stun/endpoint.ts';
import { denialsOf, parseCidr } from '../../lint/address.ts';
import type { Check } from '../check.ts';
import type { Reply } from '../engine/script.ts';
import { type Script, shoot } from '../engine/script.ts';
import type { Fix } from '../fix.ts';
import type { Session } from '../session.ts';
import { failed, passed, skipped, type Verdict } from '../verdict.ts';
import { errorCodeOf, message, told } from '../wire.ts';

export interface PeerRow {
  readonly id: string;
  readonly title: string;
  readonly severity: CheckSeverity;
  readonly addresses: readonly string[];
  /** The option that opens these in spite of all denials. Default allowed-peer-ip. */
  readonly widenedBy?: string;
  /** What to deny, as CIDR; the fix writes coturn's range syntax. */
  readonly ranges: readonly string[];
}

/** `denied-peer-ip` lines in the range syntax of coturn. */
export function denyLines(ranges: readonly string[]): string {
  return ranges
    .flatMap((cidr) => {
      const range = parseCidr(cidr);
      if (range === null) throw new TypeError(`not a CIDR range: ${cidr}`);
      return denialsOf(range).map((text) => `denied-peer-ip=${text}`);
    })
    .join('\n');
}

function denyFix(ranges: readonly string[], widenedBy: string): Fix {
  const lines = `${denyLines(ranges)}\nno ${widenedBy}: it wins over denied-peer-ip`;
  const newer = 'these lines (4.13.1 refuses link-local, unique local and IPv4 inside IPv6 by itself)';
  return {
    coturn: ranges.some((cidr) => cidr.includes(':'))
      ? [{ before: '4.13.1', text: lines }, { text: `${newer}:\n${lines}` }]
      : lines,
    other: `Deny these peers: ${ranges.join(', ')}. Close them in the host’s firewall for the relay ports as well.`,
  };
}

/** Channel numbers for the run, one for each ChannelBind. */
function* numbers(): Generator<number, number> {
  for (let number = 0x4400; ; number += 1) yield number;
}

/** Which of the addresses the server would relay to. */
export function* acceptedPeers(
  session: Session,
  id: string,
  addresses: readonly string[],
  firstChannel: number,
): Script<{ readonly accepted: string[]; readonly refused: number; readonly other: string[] }> {
  const peers = addresses.map((address): Endpoint => ({ address, port: 9 }));
  const requests = peers.map((value) => ({
    name: value.address,
    message: message(session.site.random, 'createPermission', [{ name: 'XOR-PEER-ADDRESS', value }]),
  }));
  const [first] = peers;
  // Some servers judge the two requests in different places.
  if (first !== undefined) {
    requests.push({
      name: `${first.address} by ChannelBind`,
      message: message(session.site.random, 'channelBind', [
        { name: 'CHANNEL-NUMBER', value: firstChannel },
        { name: 'XOR-PEER-ADDRESS', value: first },
      ]),
    });
  }
  const replies = yield* shoot(
    requests.map((request) => session.shot(`${id}/${request.name}`, session.sealed(request.message))),
  );
  const named = replies.map((reply, i) => ({ reply, name: requests[i]?.name ?? '' }));
  const { acceptedPeers: granted, refusedPeers } = session.site.knowledge;
  for (const [i, { address }] of peers.entries()) {
    if (replies[i]?.outcome === 'success') granted.add(address);
    else refusedPeers.add(address);
  }
  const isRefusal = (reply: Reply) => [403, 443].includes(errorCodeOf(reply) ?? 0);
  return {
    accepted: named.filter(({ reply }) => reply.outcome === 'success').map(({ name }) => name),
    refused: replies.filter(isRefusal).length,
    other: named
      .filter(({ reply }) => reply.outcome !== 'success' && !isRefusal(reply))
      .map(({ name, reply }) => `${name}: ${told(reply)}`),
  };
}

const channelNumbers = numbers();

export function peerCheck(row: PeerRow): Check {
  const { id, title, severity, addresses, ranges, widenedBy = 'allowed-peer-ip for them' } = row;
  const channel = channelNumbers.next().value;
  return {
    id,
    title,
    severity,
    rfc: 'RFC 8656 §10.2, §21.2',
    sent: `CreatePermission for ${addresses.join(', ')}; ChannelBind for the first`,
    expected: '403',
    fix: denyFix(ranges, widenedBy),
    *run({ site, session }): Script<Verdict> {
      const own = addresses.filter((address) => address === site.knowledge.mapped?.address);
      const asked = addresses.filter((address) => !own.includes(address));
      if (familyOf(session.relayed?.address ?? '') !== familyOf(addresses[0] ?? '')) {
        return skipped('the server does not relay this family');
      }
      const { accepted, refused, other } = yield* acceptedPeers(session, id, asked, channel);
      if (accepted.length > 0) return failed(`accepted: ${accepted.join(', ')}`);
      return other.length === 0 ? passed(`${refused} refused`) : skipped(other.slice(0, 3).join('; '));
    },
  };
}
