/** Where the server listens, from where it relays, and what lies in front of it. */
import { hostName, privateAddress, publicAddress, secondAddress, soundUris } from './sound-server.ts';
import type { TurnFault } from './turn-fault.ts';

const addresses = ['listening-ip', 'relay-ip'];
/** A host in a cloud has its private address only. */
const onPrivate = [`listening-ip=${privateAddress}`, `relay-ip=${privateAddress}`];
/** So that two relayed clients can meet: coturn translates external-ip before it looks at the rules. */
const meeting = `allowed-peer-ip=${privateAddress}`;
const cloud = { nat: 'with-hairpin' } as const;
const input = 'type filter hook input priority 0;';

export const addressFaults: readonly TurnFault[] = [
  {
    id: 'external-ip-private',
    did: 'Set external-ip to a private address.',
    add: ['external-ip=10.1.2.3'],
    check: { id: 'L04', beside: ['F02'] },
    lint: 'external-ip-not-public',
    remedy: { by: 'check', set: [`external-ip=${publicAddress}`] },
  },
  {
    id: 'external-ip-old',
    did: 'The public address has changed; external-ip still names the old one.',
    add: ['external-ip=11.78.99.99'],
    check: { id: 'F02' },
    lint: null,
    remedy: { by: 'check', set: [`external-ip=${publicAddress}`] },
  },
  {
    id: 'cloud-without-external-ip',
    did: 'Runs behind the NAT of a cloud without external-ip.',
    drop: addresses,
    add: [...onPrivate, meeting],
    place: cloud,
    check: { id: 'L04', beside: ['F02'] },
    lint: 'relay-address-private',
    remedy: { by: 'check', set: [`external-ip=${publicAddress}`] },
  },
  {
    id: 'cloud-comment-behind-external-ip',
    did: 'Wrote a comment behind external-ip; the line is ignored.',
    drop: addresses,
    add: [...onPrivate, meeting, `external-ip=${publicAddress} # elastic ip`],
    place: cloud,
    check: { id: 'L04', beside: ['F02'] },
    lint: 'trailing-comment',
    remedy: { by: 'lint', lintFix: true },
  },
  {
    id: 'cloud-external-ip-by-name',
    did: 'Wrote a host name as external-ip.',
    drop: addresses,
    add: [...onPrivate, meeting, 'external-ip=stun.elsewhere.example'],
    place: cloud,
    check: { id: 'L04', beside: ['F02'] },
    lint: 'external-ip-malformed',
    remedy: { by: 'lint', set: [`external-ip=${publicAddress}`] },
  },
  {
    id: 'cloud-private-half-open',
    did: 'Wrote external-ip=PUBLIC/PRIVATE: the private half is allowed as a peer, whatever is denied.',
    drop: addresses,
    add: [...onPrivate, `external-ip=${publicAddress}/${privateAddress}`],
    place: cloud,
    check: { id: 'X22', flags: ['--must-deny', privateAddress] },
    lint: 'external-ip-opens-private',
    // Relay to relay is closed with it, as the fix says.
    remedy: { by: 'lint', set: [`external-ip=${publicAddress}`], leaves: ['P19'] },
  },
  {
    id: 'cloud-own-address-denied',
    did: 'Denied 10.0.0.0/8 behind a NAT without hairpinning; two relayed clients cannot meet any more.',
    drop: addresses,
    add: [...onPrivate, `external-ip=${publicAddress}`],
    place: { nat: 'without-hairpin' },
    check: { id: 'P19' },
    lint: 'own-address-denied',
    remedy: { by: 'check', set: [meeting] },
  },
  {
    id: 'two-plain-external-ips',
    did: 'Wrote two plain external-ip lines for two relay addresses; only the first counts.',
    drop: addresses,
    add: [
      ...[publicAddress, secondAddress].flatMap((address) => [
        `listening-ip=${address}`,
        `relay-ip=${address}`,
      ]),
      ...[publicAddress, secondAddress].map((address) => `external-ip=${address}`),
    ],
    check: null,
    lint: 'external-ip-repeated',
    remedy: {
      by: 'lint',
      set: [`external-ip=${publicAddress}/${publicAddress}`, `external-ip=${secondAddress}/${secondAddress}`],
    },
  },
  {
    id: 'relay-on-docker-bridge',
    did: 'Let coturn relay from the address of a Docker bridge, too.',
    add: ['relay-ip=172.17.0.1'],
    place: { addresses: ['172.17.0.1/32'] },
    check: { id: 'L04', beside: ['F01', 'F02', 'P19'] },
    lint: 'relay-address-private',
    remedy: { by: 'check', drop: ['relay-ip=172.17.0.1'] },
  },
  {
    id: 'relay-on-loopback',
    did: 'Relays from 127.0.0.1, as an example for tests has it.',
    drop: ['relay-ip'],
    add: ['relay-ip=127.0.0.1'],
    check: { id: 'L04', beside: ['F01', 'F02', 'P19'] },
    lint: 'relay-address-private',
    remedy: { by: 'check', set: [`relay-ip=${publicAddress}`] },
  },
  {
    id: 'wildcard-addresses',
    did: 'Listens on 0.0.0.0 and names no relay-ip.',
    drop: addresses,
    add: ['listening-ip=0.0.0.0'],
    check: null,
    lint: 'wildcard-without-relay-ip',
    remedy: {
      by: 'lint',
      drop: ['listening-ip'],
      set: [`listening-ip=${publicAddress}`, `relay-ip=${publicAddress}`],
    },
  },
  {
    id: 'listens-on-loopback',
    did: 'Took listening-ip=127.0.0.1 from an example.',
    drop: ['listening-ip'],
    add: ['listening-ip=127.0.0.1'],
    check: { id: 'S01' },
    lint: 'no-listener',
    remedy: { by: 'check', set: [`listening-ip=${publicAddress}`] },
  },
  {
    id: 'listens-on-another-port',
    did: 'Moved the server to port 3479; clients still come to 3478.',
    drop: ['listening-port'],
    add: ['listening-port=3479'],
    check: { id: 'S01' },
    lint: null,
    remedy: { by: 'check', set: ['listening-port=3478'] },
  },
  {
    id: 'udp-closed-in-firewall',
    did: 'Opened port 3478 in the firewall for TCP only.',
    place: { filter: { at: 'host', rule: `${input} udp dport 3478 drop` } },
    check: { id: 'S01' },
    lint: null,
    remedy: { by: 'check', outside: { words: ['open', 'firewall'] } },
  },
  {
    id: 'relay-ports-closed',
    did: 'Opened 3478 in the firewall, and forgot the relay ports.',
    place: { filter: { at: 'host', rule: `${input} udp dport 49152-65535 drop` } },
    check: { id: 'F01' },
    lint: null,
    remedy: { by: 'check', outside: { words: ['min-port', 'inbound', 'firewall'] } },
  },
  {
    id: 'relay-ports-half-closed',
    did: 'Opened the relay ports up to 57343 in the firewall; the server uses them up to 65535.',
    place: { filter: { at: 'host', rule: `${input} udp dport 57344-65535 drop` } },
    check: { id: 'F01' },
    lint: null,
    remedy: { by: 'check', outside: { words: ['min-port', 'inbound', 'firewall'] } },
  },
  {
    id: 'relay-cannot-send',
    did: 'The router before the server lets nothing out from the relay ports.',
    place: {
      filter: {
        at: 'router',
        rule: 'type filter hook forward priority 0; iifname "server" udp sport 49152-65535 drop',
      },
    },
    check: { id: 'F02' },
    lint: null,
    remedy: { by: 'check', outside: { words: ['outgoing UDP'] } },
  },
  {
    id: 'redirects-to-itself',
    did: 'Named the server itself as alternate-server.',
    add: [`alternate-server=${publicAddress}:3478`],
    uris: soundUris,
    check: { id: 'L26', beside: ['T01'] },
    lint: 'alternate-server-wrong',
    remedy: { by: 'check', drop: ['alternate-server'] },
  },
  {
    id: 'dead-aaaa-record',
    did: `Published an AAAA record for ${hostName}; the server listens on IPv4 only.`,
    place: { deadAaaa: true },
    check: { id: 'S25' },
    lint: null,
    remedy: { by: 'check', outside: { words: ['DNS'] } },
  },
];
