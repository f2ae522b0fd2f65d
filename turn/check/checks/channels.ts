/** Group P: permissions and channels as requests; nothing is sent to a peer. */
import type { Attribute } from '../../../stun/attributes.ts';
import type { Endpoint } from '../../../stun/endpoint.ts';
import type { Check } from '../check.ts';
import type { Script } from '../engine/script.ts';
import type { Session, SessionReply } from '../session.ts';
import { expectSilence, listAnswered, noControl } from '../silence.ts';
import { failed, judged, passed, skipped, type Verdict, warned } from '../verdict.ts';
import { encoded, errorCodeOf, told } from '../wire.ts';

const upgrade = { coturn: 'upgrade to 4.16 or later', other: 'Upgrade the server.' };
/** A public resolver and its twin: addresses that no ordinary server refuses. Nothing is sent to them. */
const peer: Endpoint = { address: '8.8.8.8', port: 40_000 };
const otherPeer: Endpoint = { address: '8.8.4.4', port: 40_000 };

function channelBind(session: Session, purpose: string, channel: number, to: Endpoint): Script<SessionReply> {
  return session.request(purpose, 'channelBind', [
    { name: 'CHANNEL-NUMBER', value: channel },
    { name: 'XOR-PEER-ADDRESS', value: to },
  ]);
}

function permission(session: Session, purpose: string, peers: readonly Endpoint[]): Script<SessionReply> {
  const attributes = peers.map((value): Attribute => ({ name: 'XOR-PEER-ADDRESS', value }));
  return session.request(purpose, 'createPermission', attributes);
}

/** A server that refuses all public peers, such as one for an SFU alone, shows nothing here. */
const refusesPublic = skipped('the server refuses public peers (403), so channels cannot be tested');

export const channels: readonly Check[] = [
  {
    id: 'P06',
    title: 'Channel numbers beyond 0x4FFF are refused',
    severity: 'low',
    rfc: 'RFC 8656 §12',
    sent: 'ChannelBind with 0x4000, 0x5000, 0x7FFF, 0x3FFF and 0x8000',
    expected: 'success for the first, 400 for the others',
    fix: {
      coturn: [
        { before: '4.16', text: 'upgrade to 4.16 or later' },
        { text: 'take rfc5766-channel-numbers out' },
      ],
      other: 'Upgrade the server.',
    },
    *run({ site, session }) {
      const good = yield* channelBind(session, 'P06/0x4000', 0x4000, peer);
      if (errorCodeOf(good) === 403) return refusesPublic;
      const accepted: string[] = [];
      for (const [i, number] of [0x5000, 0x7fff, 0x3fff, 0x8000].entries()) {
        const to = { ...peer, port: peer.port + 1 + i };
        const reply = yield* channelBind(session, 'P06/reserved', number, to);
        if (reply.outcome === 'success') accepted.push(`0x${number.toString(16)}`);
      }
      if (good.outcome !== 'success') return failed(`0x4000: ${told(good)}`);
      const old = accepted.some((text) => text === '0x5000' || text === '0x7fff');
      site.knowledge.note('old-channel-range', old, accepted.join(', ') || 'none accepted');
      return accepted.length === 0
        ? passed('0x4000 accepted, the others refused')
        : warned(`accepted: ${accepted.join(', ')}`);
    },
  },
  {
    id: 'P07',
    title: 'A channel and a peer stay together',
    severity: 'medium',
    rfc: 'RFC 8656 §12.2',
    sent: 'ChannelBind again; the channel to a second peer; the peer to a second channel; a peer with port 0',
    expected: 'success, then 400 three times',
    fix: upgrade,
    *run({ session }) {
      const first = yield* channelBind(session, 'P07/bind', 0x4100, { ...peer, port: 40_100 });
      if (errorCodeOf(first) === 403) return refusesPublic;
      const again = yield* channelBind(session, 'P07/again', 0x4100, { ...peer, port: 40_100 });
      const second = yield* channelBind(session, 'P07/second-peer', 0x4100, otherPeer);
      const channel = yield* channelBind(session, 'P07/second-channel', 0x4101, { ...peer, port: 40_100 });
      const zero = yield* channelBind(session, 'P07/port-0', 0x4102, { ...peer, port: 0 });
      const seen = `again: ${told(again)}; second peer: ${told(second)}; second channel: ${told(channel)}; port 0: ${told(zero)}`;
      if (again.outcome !== 'success') return failed(seen);
      const mixed = second.outcome === 'success' || channel.outcome === 'success';
      if (mixed) return failed(seen);
      return errorCodeOf(zero) === 400 ? passed(seen) : warned(seen);
    },
  },
  {
    id: 'P08',
    title: 'CreatePermission takes several peers, and no less than one',
    severity: 'medium',
    rfc: 'RFC 8656 §10.2',
    sent: 'CreatePermission without a peer; with eight peers',
    expected: '400; success',
    fix: upgrade,
    *run({ session }) {
      const none = yield* permission(session, 'P08/none', []);
      const eight = Array.from({ length: 8 }, (_, i) => ({ address: `8.8.${i}.8`, port: 0 }));
      const many = yield* permission(session, 'P08/eight', eight);
      if (errorCodeOf(many) === 403) return refusesPublic;
      return judged(
        errorCodeOf(none) === 400 && many.outcome === 'success',
        `none: ${told(none)}; eight: ${told(many)}`,
      );
    },
  },
  {
    id: 'P09',
    title: 'An IPv6 peer on an IPv4 allocation is refused as such',
    severity: 'medium',
    rfc: 'RFC 8656 §10.2, §12.2',
    sent: 'CreatePermission and ChannelBind for an IPv6 peer',
    expected: '443',
    fix: upgrade,
    *run({ session }) {
      const far: Endpoint = { address: '2001:4860:4860::8888', port: 40_000 };
      const allow = yield* permission(session, 'P09/permission', [far]);
      const bind = yield* channelBind(session, 'P09/channel', 0x4200, far);
      const seen = `CreatePermission: ${told(allow)}; ChannelBind: ${told(bind)}`;
      if (allow.outcome === 'success' || bind.outcome === 'success') return failed(seen);
      return errorCodeOf(allow) === 443 && errorCodeOf(bind) === 443 ? passed(seen) : warned(seen);
    },
  },
  {
    id: 'P12',
    title: 'Send as a request is not obeyed',
    severity: 'low',
    rfc: 'RFC 8656 §11',
    sent: 'a request with the method Send',
    expected: 'silence, or an error',
    fix: upgrade,
    udpOnly: true,
    *run({ site, session }): Script<Verdict> {
      const silence = yield* expectSilence(session, 'P12', [
        {
          name: 'send-request',
          bytes: encoded(site.random, 'send', [{ name: 'XOR-PEER-ADDRESS', value: peer }]),
        },
      ]);
      if (silence === null) return noControl;
      const [answer] = silence.answered;
      if (answer === undefined) return passed('silence');
      return answer.reply.outcome === 'success' ? failed('success') : passed(listAnswered(silence));
    },
  },
];
