/** Group X: the server's own host, loops, ports, and what the operator says about peers. */
import { type Endpoint, familyOf, formatEndpoint } from '../../../stun/endpoint.ts';
import { decodeMessage } from '../../../stun/message.ts';
import { type AddressRange, formatAddress, isPrefix } from '../../lint/address.ts';
import { peerRangeOf } from '../../lint/peer-range.ts';
import type { Check } from '../check.ts';
import type { Script } from '../engine/script.ts';
import { asRelayed, atClient, payload, permit, sendTo, untilArrived } from '../relay.ts';
import type { Session } from '../session.ts';
import { failed, passed, skipped, type Verdict, warned } from '../verdict.ts';
import { encoded, errorCodeOf, told } from '../wire.ts';
import { acceptedPeers } from './forbidden-peers.ts';

/** Both ends and the middle. */
function samples({ bits, first, last }: AddressRange): string[] {
  const values = new Set([first, (first + last) / 2n, last]);
  return [...values].map((value) => formatAddress({ bits, value }));
}

function* ofOperator(
  session: Session,
  ranges: readonly AddressRange[],
  id: string,
  channel: number,
): Script<Verdict> {
  const family = familyOf(session.relayed?.address ?? '');
  const asked = ranges.flatMap(samples).filter((address) => familyOf(address) === family);
  if (asked.length === 0) return skipped(`no range of this family (${family}) was given`);
  const { accepted, other } = yield* acceptedPeers(session, id, asked, channel);
  if (accepted.length > 0) return failed(`accepted: ${accepted.join(', ')}`);
  return other.length > 0 ? skipped(other.join('; ')) : passed(`${asked.length} refused`);
}

const toDeny = {
  coturn: 'denied-peer-ip=FIRST-LAST for each range (never CIDR), or allow only what is needed',
  other: 'Deny these ranges, or allow only what is needed.',
};

export const forbiddenOwn: readonly Check[] = [
  {
    id: 'X09',
    title: 'Services on the server’s own host are out of reach',
    severity: 'high',
    rfc: 'RFC 8656 §21.2',
    sent: 'CreatePermission for the server’s own address; if it is granted, a Binding through the relay to its own listener',
    expected: '403, or no answer',
    fix: {
      coturn:
        'keep other services of this host on 127.0.0.1 and in the firewall; where relay-to-relay is not needed: denied-peer-ip=OWN-ADDRESS (external-ip=PUBLIC/PRIVATE allows PRIVATE whatever is denied)',
      other: 'Keep other services of the host on loopback and behind the firewall.',
    },
    *run({ site, session }) {
      const reply = yield* permit(session, 'X09/own-address', site.server);
      if (errorCodeOf(reply) === 403) return passed('403');
      if (reply.outcome !== 'success') return skipped(told(reply));
      const binding = encoded(site.random, 'binding');
      const answer = yield* untilArrived(
        site,
        () => sendTo(session, site.server, binding),
        (packets) =>
          packets.find((packet) => {
            const inner = asRelayed(packet);
            return inner !== null && decodeMessage(inner.data).ok;
          }) ?? null,
      );
      return answer === null
        ? passed('the permission is granted, but the listener does not answer through the relay')
        : warned(
            `the listener ${formatEndpoint(site.server)} answered through the relay; so would any other service`,
          );
    },
  },
  {
    id: 'X20',
    title: 'A relay does not send to itself',
    severity: 'low',
    rfc: 'RFC 8656 §21.1',
    sent: 'CreatePermission and one datagram for the relayed address of the same allocation',
    expected: '403, or it does not come back',
    fix: {
      coturn:
        'max-bps and user-quota bound what a loop can do; denied-peer-ip=OWN-ADDRESS ends it, and relay-to-relay with it',
      other: 'Refuse the own relayed address as a peer, or bound the bandwidth of an allocation.',
    },
    *run({ site, session }) {
      const { relayed } = session;
      if (relayed === null) return skipped('no relayed address');
      const reply = yield* permit(session, 'X20/own-relay', relayed);
      if (errorCodeOf(reply) === 403) return passed('403');
      if (reply.outcome !== 'success') return skipped(told(reply));
      const data = payload(site);
      const back = yield* untilArrived(site, () => sendTo(session, relayed, data), atClient(session, data));
      return back === null ? passed('it does not come back') : warned('it came back to the same allocation');
    },
  },
  {
    id: 'X23',
    title: 'Well-known ports of peers (information)',
    severity: 'info',
    rfc: 'RFC 8656 §21.2',
    sent: 'ChannelBind for a public resolver at the ports 53 and 123; nothing is sent there',
    expected: '403: media never goes there, reflection does',
    fix: {
      coturn: 'no option; drop outgoing UDP to ports below 1024 from the relay ports in the host’s firewall',
      other: 'Drop outgoing UDP to ports below 1024 from the relay ports in the host’s firewall.',
    },
    *run({ session }) {
      const allowed: number[] = [];
      for (const [i, port] of [53, 123].entries()) {
        const peer: Endpoint = { address: '8.8.8.8', port };
        const reply = yield* session.request('X23/port', 'channelBind', [
          { name: 'CHANNEL-NUMBER', value: 0x4700 + i },
          { name: 'XOR-PEER-ADDRESS', value: peer },
        ]);
        if (reply.outcome === 'success') allowed.push(port);
      }
      return allowed.length === 0 ? passed('refused') : warned(`allowed: ${allowed.join(', ')}`);
    },
  },
  {
    id: 'X22',
    title: 'What the operator denies and allows is so',
    severity: 'high',
    rfc: 'RFC 8656 §10.2',
    sent: 'CreatePermission for both ends and the middle of each --must-deny, and for each --must-allow',
    expected: '403 for the first, success for the second',
    fix: toDeny,
    *run({ site, session }) {
      if (site.mustDeny.length + site.mustAllow.length === 0)
        return skipped('needs --must-deny or --must-allow');
      const allow = site.mustAllow.map(peerRangeOf).filter((range) => range !== null);
      for (const address of allow.flatMap(samples)) {
        if (familyOf(address) !== familyOf(session.relayed?.address ?? '')) continue;
        const reply = yield* permit(session, 'X22/must-allow', { address, port: 0 });
        if (reply.outcome !== 'success') {
          return failed(`${address} should be allowed: ${told(reply)}`, {
            fix: `allowed-peer-ip=${address}`,
          });
        }
      }
      const deny = site.mustDeny.map(peerRangeOf).filter((range) => range !== null);
      if (deny.length === 0) return passed('all allowed');
      return yield* ofOperator(session, deny, 'X22/must-deny', 0x4710);
    },
  },
];

/** Runs on an IPv6 allocation. */
export const forbiddenUnaligned: Check = {
  id: 'X19',
  title: 'IPv6 deny rules hold that are no whole prefix',
  severity: 'critical',
  rfc: 'RFC 8656 §10.2',
  sent: 'CreatePermission for both ends and the middle of each IPv6 --must-deny',
  expected: '403',
  fix: {
    coturn: [
      {
        before: '4.16',
        text: 'write the range as whole prefixes, one line each, or upgrade to 4.16: before, such a range blocked nothing',
      },
      { text: 'denied-peer-ip=FIRST-LAST' },
    ],
    other: 'Deny the range.',
  },
  *run({ site, session }) {
    const ranges = site.mustDeny
      .map(peerRangeOf)
      .filter((range) => range !== null)
      .filter(({ bits }) => bits === 128);
    if (ranges.length === 0) return skipped('needs --must-deny with an IPv6 range');
    const verdict = yield* ofOperator(session, ranges, 'X19', 0x4720);
    const odd = ranges.filter((range) => !isPrefix(range));
    return odd.length > 0 && verdict.status === 'failed'
      ? failed(`${verdict.observed}; the range is no whole prefix`)
      : verdict;
  },
};
