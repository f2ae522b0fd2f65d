/** Group S: how much a forged source can make the server send. */
import { decodeMessage } from '../../../stun/message.ts';
import type { Check } from '../check.ts';
import { listen, send, shoot } from '../engine/script.ts';
import { Session } from '../session.ts';
import { failed, passed, skipped, type Verdict, warned } from '../verdict.ts';
import { encoded, told } from '../wire.ts';
import { withBinding } from '../with-binding.ts';

function byFactor(requestBytes: number, answerBytes: number): Verdict {
  const factor = answerBytes / requestBytes;
  const seen = `${requestBytes} bytes asked, ${answerBytes} answered: ×${factor.toFixed(1)}`;
  if (factor > 3) return failed(seen);
  return factor > 2 ? warned(seen) : passed(seen);
}

const leanBinding = {
  coturn: [
    {
      before: '4.7',
      text: 'no-rfc5780\nno-stun-backward-compatibility\nresponse-origin-only-with-rfc5780\nno-software-attribute',
    },
    { text: 'take rfc5780, stun-backward-compatibility and software-attribute out' },
  ],
  other: 'Switch RFC 3489, RFC 5780 and SOFTWARE off, or limit the answers per source.',
};
const noDiscovery = {
  coturn: [{ before: '4.7', text: 'no-rfc5780' }, { text: 'take rfc5780 out' }],
  other: 'Switch RFC 5780 off on a TURN server, or limit what it answers.',
};

export const stunAmplification: readonly Check[] = [
  {
    id: 'S17',
    title: 'A Binding answer is not much larger than the request',
    severity: 'high',
    rfc: 'RFC 8489 §16.1.2',
    sent: 'Binding request, 20 bytes',
    expected: 'at most 3 times as many bytes; more than twice is warned of',
    fix: leanBinding,
    udpOnly: true,
    run: withBinding(function* ({ session }) {
      const reply = yield* session.bare('S17/size', 'binding');
      return reply.bytes === null ? skipped(told(reply)) : byFactor(20, reply.bytes.length);
    }),
  },
  {
    id: 'S18',
    title: 'A 401 is not much larger than the request',
    severity: 'medium',
    rfc: 'RFC 8656 §21.1',
    sent: 'Allocate request without attributes, 20 bytes',
    expected: 'at most 5 times as many bytes; more than 7 times is a failure',
    fix: {
      coturn: [
        { before: '4.10', text: 'a short realm, and no-software-attribute' },
        { before: '4.14', text: 'a short realm; take include-reason-string out' },
        { text: 'unauthorized-ratelimit, a short realm; take include-reason-string out' },
      ],
      other: 'A short realm and reason; limit 401 answers per source.',
    },
    udpOnly: true,
    *run({ session }) {
      const reply = yield* session.bare('S18/size', 'allocate');
      if (reply.bytes === null) return skipped(told(reply));
      const factor = reply.bytes.length / 20;
      const seen = `20 bytes asked, ${reply.bytes.length} answered: ×${factor.toFixed(1)}`;
      // A realm and a nonce have to be in it, so the bar is higher than for Binding; 32 characters of realm reach it.
      if (factor > 7) return failed(seen);
      return factor > 5 ? warned(seen) : passed(seen);
    },
  },
  {
    id: 'S19',
    title: 'PADDING does not make answers grow',
    severity: 'critical',
    rfc: 'RFC 5780 §7.6',
    sent: 'Binding with an empty PADDING, 24 bytes',
    expected: '420, or an answer of ordinary size',
    fix: noDiscovery,
    udpOnly: true,
    *run({ site, session }) {
      const bytes = encoded(site.random, 'binding', [{ name: 'PADDING', value: new Uint8Array(0) }]);
      const reply = yield* session.raw('S19/padding', bytes);
      if (reply.bytes === null) return passed('silence');
      const factor = reply.bytes.length / bytes.length;
      const seen = `${told(reply)}; ${bytes.length} bytes asked, ${reply.bytes.length} answered: ×${factor.toFixed(1)}`;
      return factor > 6 ? failed(seen) : passed(seen);
    },
  },
  {
    id: 'S20',
    title: 'Answers go back where the request came from',
    severity: 'high',
    rfc: 'RFC 5780 §7.5',
    sent: 'Binding with RESPONSE-PORT of our second socket',
    expected: '420, unless the server is meant for NAT behaviour discovery',
    fix: noDiscovery,
    udpOnly: true,
    *run({ site, session }) {
      const second = new Session(site, 'second');
      if ((yield* second.open()) !== null) return skipped('no second socket');
      const own = yield* second.bare('S20/second-socket', 'binding');
      const mapped = own.message === null ? null : mappedPort(own.bytes);
      if (mapped === null) return skipped('the second socket was not answered');
      const bytes = encoded(site.random, 'binding', [{ name: 'RESPONSE-PORT', value: mapped }]);
      const [reply] = yield* shoot([session.shot('S20/response-port', bytes)]);
      yield* second.close();
      if (reply === undefined || reply.message === null) return skipped('no answer at either socket');
      return reply.outcome === 'success' && reply.socket === second.socket
        ? warned('honoured: the answer went to another port of the same address', { severity: 'medium' })
        : passed(reply.outcome === 'success' ? 'ignored' : told(reply));
    },
  },
  {
    id: 'S24',
    title: 'Answers per source are limited',
    severity: 'info',
    rfc: null,
    sent: '100 Binding requests within a second',
    expected: 'figures; a limit keeps the server from being used against others',
    fix: {
      coturn: 'limit new UDP packets per source with nftables, e.g. meter at 50/second on the listening port',
      other: 'Limit answers per source, in the server or in the firewall.',
    },
    risk: 'active',
    udpOnly: true,
    *run({ site, session }) {
      for (let i = 0; i < 100; i += 1) {
        yield* send(session.socket, site.server, encoded(site.random, 'binding'));
      }
      const answers = yield* listen(1000, (packets) => packets.length >= 100);
      const seen = `${answers.length} of 100 were answered`;
      return answers.length >= 90 ? warned(`no limit: ${seen}`) : passed(seen);
    },
  },
];

function mappedPort(bytes: Uint8Array | null): number | null {
  const decoded = bytes === null ? null : decodeMessage(bytes);
  if (decoded === null || !decoded.ok) return null;
  for (const attribute of decoded.message.attributes) {
    if (attribute.name === 'XOR-MAPPED-ADDRESS') return attribute.value.port;
  }
  return null;
}
