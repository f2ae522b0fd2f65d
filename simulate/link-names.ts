/** What became of a pair, in the words of tables. */
import type { LinkOutcome } from '../contract/simulation-report.ts';

export const linkNames: Readonly<Record<LinkOutcome, string>> = {
  direct: 'directly',
  'relay-udp': 'over TURN, UDP',
  'relay-tcp': 'over TURN, TCP',
  'relay-tls': 'over TURN, TLS on 443',
  sfu: 'only on the SFU',
  none: 'not at all',
};
