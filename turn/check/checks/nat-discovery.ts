/** Group N: RFC 5780, where the server offers it. */
import { formatEndpoint, sameEndpoint } from '../../../stun/endpoint.ts';
import type { Check } from '../check.ts';
import { shoot } from '../engine/script.ts';
import { Session } from '../session.ts';
import { streamTarget } from '../site.ts';
import { failed, passed, skipped, warned } from '../verdict.ts';
import { encoded, errorCodeOf, told } from '../wire.ts';

const notOffered = skipped('the server offers no NAT behaviour discovery (no OTHER-ADDRESS)');
const twoAddresses = {
  coturn: [
    { before: '4.7', text: 'two listening-ip lines, and external-ip for each; or no-rfc5780' },
    { text: 'rfc5780 with two listening-ip lines; or take rfc5780 out' },
  ],
  other: 'Listen on two public addresses, or do not announce OTHER-ADDRESS.',
};

export const natDiscovery: readonly Check[] = [
  {
    id: 'N01',
    title: 'The alternate address is another one, and answers',
    severity: 'medium',
    rfc: 'RFC 5780 §6.1, §7.4',
    sent: 'a Binding to OTHER-ADDRESS; a Binding with CHANGE-REQUEST for both',
    expected: 'another IP address, and an answer from it each time',
    fix: twoAddresses,
    udpOnly: true,
    *run({ site, session }) {
      const other = site.knowledge.otherAddress;
      if (other === null) return notOffered;
      if (other.address === site.server.address)
        return failed(`OTHER-ADDRESS ${formatEndpoint(other)} has the same IP address`);
      // The Binding to the other address also opens our NAT for what comes from there.
      const [direct] = yield* shoot([
        { ...session.shot('N01/direct', encoded(site.random, 'binding')), to: other },
      ]);
      const change = encoded(site.random, 'binding', [
        { name: 'CHANGE-REQUEST', value: { changeIp: true, changePort: true } },
      ]);
      const changed = yield* session.raw('N01/change-request', change);
      if (direct?.message == null) return failed(`OTHER-ADDRESS ${formatEndpoint(other)} does not answer`);
      if (changed.from === null) return failed('CHANGE-REQUEST is not answered');
      const seen = `CHANGE-REQUEST was answered from ${formatEndpoint(changed.from)}`;
      return sameEndpoint(changed.from, other) ? passed(seen) : failed(seen);
    },
  },
  {
    id: 'N02',
    title: 'PADDING beside RESPONSE-PORT is a bad request',
    severity: 'low',
    rfc: 'RFC 5780 §6.1',
    sent: 'Binding with PADDING and RESPONSE-PORT',
    expected: '400',
    fix: { coturn: 'upgrade to the newest release', other: 'Upgrade the server.' },
    udpOnly: true,
    *run({ site, session }) {
      if (site.knowledge.otherAddress === null) return notOffered;
      const { port } = site.knowledge.mapped ?? { port: 9 };
      const bytes = encoded(site.random, 'binding', [
        { name: 'PADDING', value: new Uint8Array(4) },
        { name: 'RESPONSE-PORT', value: port },
      ]);
      const reply = yield* session.raw('N02/both', bytes);
      return errorCodeOf(reply) === 400 ? passed(told(reply)) : warned(told(reply));
    },
  },
  {
    id: 'N03',
    title: 'CHANGE-REQUEST over TCP is refused',
    severity: 'info',
    rfc: 'RFC 5780 §6.1',
    sent: 'over TCP: Binding with CHANGE-REQUEST',
    expected: '400 or 420: a stream has its ends fixed',
    fix: { coturn: 'upgrade to the newest release', other: 'Upgrade the server.' },
    *run({ site }) {
      if (site.knowledge.otherAddress === null) return notOffered;
      const session = new Session(site, 'change-tcp', null, streamTarget(site));
      const obstacle = yield* session.open();
      if (obstacle !== null) return skipped(`no TCP here: ${obstacle}`);
      const bytes = encoded(site.random, 'binding', [
        { name: 'CHANGE-REQUEST', value: { changeIp: true, changePort: false } },
      ]);
      const reply = yield* session.raw('N03/change', bytes);
      return [400, 420].includes(errorCodeOf(reply) ?? 0) ? passed(told(reply)) : warned(told(reply));
    },
  },
];
