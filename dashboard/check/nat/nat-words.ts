/** What the Check page says of the NAT; see words.ts. */
import type { Behaviour, LegacyName } from '../../../contract/nat-report.ts';
import { ms } from '../words.ts';

const behaviours: Readonly<Record<Behaviour, string>> = {
  'endpoint-independent': 'endpoint-independent',
  'address-dependent': 'address-dependent',
  'port-dependent': 'port-dependent',
  'address-and-port-dependent': 'address- and port-dependent',
  inconclusive: 'could not be found out',
};

const legacy: Readonly<Record<LegacyName, string>> = {
  'open-internet': 'open internet',
  'symmetric-udp-firewall': 'no NAT, but a firewall',
  'full-cone': 'full cone',
  'restricted-cone': 'restricted cone',
  'port-restricted-cone': 'port-restricted cone',
  symmetric: 'symmetric',
  'udp-blocked': 'UDP blocked',
  inconclusive: 'could not be found out',
};

const facts: Readonly<Record<string, string>> = {
  mapping: 'Mapping',
  filtering: 'Filtering',
  legacy: 'Also called',
  behindNat: 'NAT',
};

export const natWords = {
  title: 'Your router (NAT)',
  facts,
  behaviours,
  legacy,
  sure: (confidence: number): string =>
    confidence > 0.99 ? 'over 99 % sure' : `${Math.round(confidence * 100)} % sure`,
  either: (values: readonly string[]): string => values.join(', or '),
  behindNat: (answer: string): string => `Behind a NAT: ${answer}.`,
  seenAs: (addresses: string): string => `Seen from outside as ${addresses}.`,
  howTitle: 'How do we know?',
  how: 'Five connections of this page sent signed packets to the service. It saw where they came from, and sent signed packets back from addresses that the page had never contacted.',
  counts: (sent: number, received: number, questions: number, tookMs: number): string =>
    `${questions} questions, ${sent} packets from the service, ${received} from this browser, ${ms(tookMs)}.`,
  step: (mapping: Behaviour, filtering: Behaviour): string =>
    `mapping ${behaviours[mapping]}, filtering ${behaviours[filtering]}`,
  noStun: 'this service runs no STUN server',
} as const;

export function yesNo(value: boolean | null): string {
  if (value === null) return 'cannot be told from a web page';
  return value ? 'yes' : 'no';
}
