/** The relay range and the limits. */
import { hostName } from './sound-server.ts';
import type { TurnFault } from './turn-fault.ts';

export const portFaults: readonly TurnFault[] = [
  {
    id: 'min-port-above-max-port',
    did: 'Swapped min-port and max-port; 4.6.1 crashes on the first Allocate.',
    add: ['min-port=60000', 'max-port=50000'],
    check: { id: 'A04' },
    lint: 'relay-range-invalid',
    remedy: { by: 'lint', lintFix: true },
  },
  {
    id: 'max-port-beyond-65535',
    did: 'Set max-port=70000; 4.6.1 crashes on an Allocate.',
    add: ['min-port=65000', 'max-port=70000'],
    check: { id: 'A04' },
    lint: 'relay-range-invalid',
    remedy: { by: 'lint', set: ['min-port=49152', 'max-port=65535'] },
  },
  {
    id: 'well-known-relay-ports',
    did: 'Relays from the ports 500–1100.',
    add: ['min-port=500', 'max-port=1100'],
    check: { id: 'L06' },
    lint: 'relay-range-overlaps',
    remedy: { by: 'check', set: ['min-port=49152', 'max-port=65535'] },
  },
  {
    id: 'relay-range-of-ten',
    did: 'Opened ten relay ports; two callers use them up.',
    add: ['min-port=50000', 'max-port=50009'],
    check: null,
    lint: 'relay-range-small',
    remedy: { by: 'lint', set: ['min-port=49152', 'max-port=65535'] },
  },
  {
    id: 'port-range-in-one-option',
    did: 'Wrote the whole range behind min-port.',
    add: ['min-port=49152-65535'],
    check: null,
    lint: 'port-not-a-number',
    remedy: { by: 'lint', set: ['min-port=49152'] },
  },
  {
    id: 'no-quotas',
    did: 'Set no quotas: one login can take all ports and all bandwidth.',
    drop: ['user-quota', 'total-quota', 'max-bps'],
    check: {
      id: 'L24',
      status: 'warned',
      flags: ['--active', '--yes-i-own-this', hostName, '--only', 'L24'],
    },
    lint: 'no-quota',
    remedy: { by: 'lint', set: ['user-quota=12', 'total-quota=1200', 'max-bps=1000000'] },
  },
  {
    id: 'max-bps-in-bits',
    did: 'Meant 8 Mbit/s, and wrote max-bps=8000000: it counts bytes.',
    drop: ['max-bps'],
    add: ['max-bps=8000000'],
    check: null,
    lint: 'max-bps-in-bits',
    remedy: { by: 'lint', set: ['max-bps=1000000'] },
  },
  {
    id: 'capacity-without-max-bps',
    did: 'Set bps-capacity without max-bps; the server ends at once.',
    drop: ['max-bps'],
    add: ['bps-capacity=100000000'],
    check: { id: 'S01' },
    lint: 'capacity-without-session-limit',
    remedy: { by: 'lint', set: ['max-bps=1000000'] },
  },
  {
    id: 'permissions-of-thirty-seconds',
    did: 'Shortened permission-lifetime to 30 s; clients refresh after minutes, and lose media.',
    add: ['permission-lifetime=30'],
    check: null,
    lint: 'lifetimes-changed',
    remedy: { by: 'lint', lintFix: true },
  },
];
