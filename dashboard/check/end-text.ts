/** Addresses and pairs in one line. Pure. */
import type { CandidatePair } from '../../contract/candidate.ts';
import { words } from './words/language.ts';
import { ms } from './words/milliseconds.ts';

interface End {
  readonly address: string | null;
  readonly port: number | null;
}

/** `192.0.2.1:5000`, `[2001:db8::1]:5000`, or a word where the browser hides it. */
export function endText({ address, port }: End): string {
  if (address === null) return words().page.hidden;
  const shown = address.includes(':') ? `[${address}]` : address;
  return port === null ? shown : `${shown}:${port}`;
}

export function pairText(pair: CandidatePair): string {
  const ends = [pair.local, pair.remote].map((end) => `${end.type} ${endText(end)}`).join(' ↔ ');
  const rtt = pair.rttMs === null ? '' : `, ${ms(pair.rttMs)}`;
  return `${ends}: ${pair.state}${rtt}${pair.selected ? `, ${words().page.inUse}` : ''}`;
}
