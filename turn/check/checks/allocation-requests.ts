/** Group L: Allocate requests that must be refused, and requests without an allocation. */
import type { Attribute } from '../../../stun/attributes.ts';
import { formatEndpoint, sameEndpoint } from '../../../stun/endpoint.ts';
import { getAttribute } from '../../../stun/message.ts';
import { allocateOnce } from '../allocate-once.ts';
import type { Check } from '../check.ts';
import type { Reply } from '../engine/script.ts';
import { Session } from '../session.ts';
import { failed, passed, skipped, type Verdict, warned } from '../verdict.ts';
import { errorCodeOf, raw, relayOverUdp, told } from '../wire.ts';

const upgrade = { coturn: 'upgrade to 4.16 or later', other: 'Upgrade the server.' };
const token: Attribute = { name: 'RESERVATION-TOKEN', value: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8) };

/** Refused with one of the codes; another refusal harms nobody. */
function expectRefusal(reply: Reply, codes: readonly number[], what: string): Verdict {
  const seen = `${what}: ${told(reply)}`;
  if (reply.message === null) return failed(seen);
  if (reply.outcome === 'success') return failed(seen);
  return codes.includes(errorCodeOf(reply) ?? 0) ? passed(seen) : warned(seen);
}

function worst(verdicts: readonly Verdict[]): Verdict {
  const [first] = ['failed', 'warned', 'skipped', 'passed'].flatMap((status) =>
    verdicts.filter((verdict) => verdict.status === status),
  );
  const observed = verdicts.map((verdict) => verdict.observed).join('; ');
  return first === undefined ? skipped('nothing was sent') : { ...first, observed };
}

export const allocationRequests: readonly Check[] = [
  {
    id: 'L02',
    title: 'Allocate without a readable REQUESTED-TRANSPORT is a bad request',
    severity: 'low',
    rfc: 'RFC 8656 §7.2',
    sent: 'Allocate without REQUESTED-TRANSPORT, and with one of a single byte',
    expected: '400',
    fix: upgrade,
    *run({ session }) {
      const none = yield* session.allocate('L02/none', []);
      const short = yield* session.allocate('L02/one-byte', [raw(0x0019, [17])]);
      // A message whose attribute cannot be read may be dropped as malformed (RFC 8489 s6.3).
      const malformed =
        short.outcome === 'silent' ? warned('one byte: dropped') : expectRefusal(short, [400], 'one byte');
      return worst([expectRefusal(none, [400], 'none'), malformed]);
    },
  },
  {
    id: 'L03',
    title: 'A transport that cannot be relayed is refused as such',
    severity: 'low',
    rfc: 'RFC 8656 §7.2',
    sent: 'Allocate for the IP protocols 1 and 132',
    expected: '442',
    fix: upgrade,
    *run({ session }) {
      const verdicts: Verdict[] = [];
      for (const protocol of [1, 132]) {
        const reply = yield* session.allocate('L03/protocol', [raw(0x0019, [protocol, 0, 0, 0])]);
        verdicts.push(expectRefusal(reply, [442], `protocol ${protocol}`));
      }
      return worst(verdicts);
    },
  },
  {
    id: 'L11',
    title: 'An unknown reservation is refused as such',
    severity: 'low',
    rfc: 'RFC 8656 §7.2',
    sent: 'Allocate with a RESERVATION-TOKEN that was never given',
    expected: '508',
    fix: upgrade,
    *run({ site, session }) {
      const reply = yield* session.allocate('L11/token', [relayOverUdp, token]);
      const code = errorCodeOf(reply);
      if (code === 404 || code === 508)
        site.knowledge.note('unknown-token-not-508', code !== 508, told(reply));
      return expectRefusal(reply, [508], 'unknown token');
    },
  },
  {
    id: 'L12',
    title: 'RESERVATION-TOKEN beside EVEN-PORT or a family is a bad request',
    severity: 'low',
    rfc: 'RFC 8656 §7.2',
    sent: 'Allocate with RESERVATION-TOKEN and EVEN-PORT; with RESERVATION-TOKEN and REQUESTED-ADDRESS-FAMILY',
    expected: '400',
    fix: upgrade,
    *run({ session }) {
      const even = yield* session.allocate('L12/even-port', [
        relayOverUdp,
        token,
        { name: 'EVEN-PORT', value: { reserve: false } },
      ]);
      const family = yield* session.allocate('L12/family', [
        relayOverUdp,
        token,
        { name: 'REQUESTED-ADDRESS-FAMILY', value: 'ipv4' },
      ]);
      return worst([
        expectRefusal(even, [400], 'with EVEN-PORT'),
        expectRefusal(family, [400], 'with a family'),
      ]);
    },
  },
  {
    id: 'L14',
    title: 'An unknown address family is refused as such',
    severity: 'medium',
    rfc: 'RFC 8656 §7.2',
    sent: 'Allocate with REQUESTED-ADDRESS-FAMILY 3',
    expected: '440',
    fix: upgrade,
    *run({ session }) {
      const reply = yield* session.allocate('L14/family', [relayOverUdp, raw(0x0017, [3, 0, 0, 0])]);
      return expectRefusal(reply, [440], 'family 3');
    },
  },
  {
    id: 'L16',
    title: 'Contradicting address families are a bad request',
    severity: 'low',
    rfc: 'RFC 8656 §7.2',
    sent: 'Allocate with ADDITIONAL-ADDRESS-FAMILY IPv4; with REQUESTED- and ADDITIONAL-ADDRESS-FAMILY',
    expected: '400',
    fix: {
      coturn: [{ before: '4.8', text: 'upgrade to 4.8 or later' }, { text: 'upgrade to the newest release' }],
      other: 'Upgrade the server.',
    },
    *run({ session }) {
      const alone = yield* allocateOnce(session, 'L16/additional-ipv4', [
        relayOverUdp,
        { name: 'ADDITIONAL-ADDRESS-FAMILY', value: 'ipv4' },
      ]);
      const seen = `ADDITIONAL IPv4: ${told(alone)}`;
      // A server that does not know the attribute may ignore it: its number is in the optional range.
      return errorCodeOf(alone) === 400 ? passed(seen) : warned(seen);
    },
  },
  {
    id: 'L19',
    title: 'Requests without an allocation are refused as such',
    severity: 'low',
    rfc: 'RFC 8656 §5, §7.2',
    sent: 'Refresh, CreatePermission and ChannelBind on a socket without an allocation',
    expected: '437',
    fix: upgrade,
    *run({ site, session }) {
      const peer: Attribute = { name: 'XOR-PEER-ADDRESS', value: site.knowledge.mapped ?? site.server };
      const channel: Attribute = { name: 'CHANNEL-NUMBER', value: 0x4000 };
      const refresh = yield* session.request('L19/refresh', 'refresh', []);
      const permission = yield* session.request('L19/permission', 'createPermission', [peer]);
      const bind = yield* session.request('L19/channel', 'channelBind', [channel, peer]);
      return worst([
        expectRefusal(refresh, [437], 'Refresh'),
        expectRefusal(permission, [437], 'CreatePermission'),
        expectRefusal(bind, [437], 'ChannelBind'),
      ]);
    },
  },
  {
    id: 'L26',
    title: 'A redirect names a server that can be used',
    severity: 'medium',
    rfc: 'RFC 8489 §10, §14.15',
    sent: 'Allocate over each URI',
    expected: 'no 300, or one with an ALTERNATE-SERVER of our family that is not this server',
    fix: {
      coturn:
        'alternate-server=ADDRESS:PORT of another server, of the same family; take the line out on a server alone',
      other: 'Redirect to another server of the same family, or not at all.',
    },
    *run({ site }) {
      const seen: string[] = [];
      const own = [site, ...site.others].map(({ server }) => server);
      for (const [i, target] of [site, ...site.others].entries()) {
        const session = new Session(site, `redirect-${i}`, null, target);
        if ((yield* session.open()) !== null) continue;
        const reply = yield* session.bare('L26/allocate', 'allocate', [relayOverUdp]);
        session.adopt(reply);
        if (session.relayed !== null) yield* session.release();
        yield* session.close();
        if (reply.message === null || errorCodeOf(reply) !== 300) continue;
        const alternate = getAttribute(reply.message, 'ALTERNATE-SERVER');
        if (alternate === undefined) return failed(`${target.uri}: 300 without ALTERNATE-SERVER`);
        const where = `${target.uri}: 300 to ${formatEndpoint(alternate)}`;
        if (own.some((endpoint) => sameEndpoint(endpoint, alternate)))
          return failed(`${where}, which is this server`);
        seen.push(where);
      }
      return passed(seen.length === 0 ? 'no redirect' : seen.join('; '));
    },
  },
];
