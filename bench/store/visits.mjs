/** What visits of a service come to: every mix of NAT class, direct path, two TURN servers and finding, the usual ones often. */
import { shapesOf } from '../../dist/service/store/visit-counts.js';

const natClasses = ['full-cone', 'restricted-cone', 'port-restricted-cone', 'symmetric', 'udp-blocked'];
const nats = [...natClasses, 'open-internet', 'symmetric-udp-firewall', 'inconclusive', null];
const ends = [
  { succeeded: 1, blame: null, cause: null, rung: 'S4' },
  { succeeded: 0, blame: 'network', cause: 'timeout', rung: 'S1' },
  { succeeded: 0, blame: 'server', cause: 'turn-401', rung: 'S1' },
];
const direct = [
  ends[0],
  { succeeded: 0, blame: 'network', cause: 'ice-failed', rung: 'S1' },
  { succeeded: 0, blame: 'tool', cause: 'harness-fault', rung: 'S2' },
];
const findings = [[], ['strict-nat'], ['udp-blocked']];
export const servers = ['turn:turn.example.org?transport=udp', 'turns:turn.example.org?transport=tcp'];

/** Four attempts each: the check’s direct path, an SFU, and a relay over two ways. */
function visitOf(nat, mesh, overUdp, overTls, told) {
  const attempts = [
    { path: 'mesh', transport: 'udp', ...mesh },
    { path: 'sfu', transport: 'udp', ...overUdp },
    { path: 'relay', transport: 'udp', ...overUdp },
    { path: 'relay', transport: 'tls', ...overTls },
  ];
  const tries = [
    { url: servers[0], transport: 'udp', ...overUdp },
    { url: servers[1], transport: 'tls', ...overTls },
  ];
  const { full, outline } = shapesOf({ nat, attempts, servers: tries, findings: told });
  return { ...full, outline, attempts, servers: tries };
}

/** With the share of visits that each is; the first of every list is the usual one. */
export function visitKinds() {
  const often = (index) => [0.82, 0.13, 0.05][index];
  const kinds = nats.flatMap((nat, n) =>
    direct.flatMap((mesh, m) =>
      ends.flatMap((overUdp, u) =>
        ends.flatMap((overTls, t) =>
          findings.map((told, f) => ({
            ...visitOf(nat, mesh, overUdp, overTls, told),
            share:
              (2 * (nats.length - n) * often(m) * often(u) * often(t) * often(f)) /
              (nats.length * (nats.length + 1)),
          })),
        ),
      ),
    ),
  );
  return kinds;
}
