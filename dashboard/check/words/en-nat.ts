/** What the page says of the NAT. */
import type { Behaviour, LegacyName } from '../../../contract/nat-report.ts';
import { ms } from './milliseconds.ts';

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

export const enNat = {
  title: 'Your router (NAT)',
  facts,
  behaviours,
  legacy,
  sure: (confidence: number): string =>
    confidence > 0.99 ? 'over 99 % sure' : `${Math.round(confidence * 100)} % sure`,
  either: (values: readonly string[]): string => values.join(', or '),
  behindNat: (answer: string): string => `Behind a NAT: ${answer}.`,
  yesNo: (value: boolean | null): string =>
    value === null ? 'cannot be told from a web page' : value ? 'yes' : 'no',
  seenAs: (addresses: string): string => `Seen from outside as ${addresses}.`,
  howTitle: 'How do we know?',
  how: 'Five connections of this page sent signed packets to the service. It saw where they came from, and sent signed packets back from addresses that the page had never contacted.',
  counts: (sent: number, received: number, questions: number, tookMs: number): string =>
    `${questions} questions, ${sent} packets from the service, ${received} from this browser, ${ms(tookMs)}.`,
  step: (mapping: Behaviour, filtering: Behaviour): string =>
    `mapping ${behaviours[mapping]}, filtering ${behaviours[filtering]}`,
};
export type NatWords = typeof enNat;
