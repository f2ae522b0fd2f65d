/** What comes to this browser: from whom, how far, which way, how good, and why this way. */
import type { LinkAttempt } from '../../contract/room-report.ts';
import { type Child, element, table } from '../check/dom.ts';
import { formatEndpoint } from '../src/format/endpoint.ts';
import { roomWords, rungText } from './room-words.ts';

export interface LinkRow {
  readonly name: string;
  readonly attempt: LinkAttempt;
}

export function linksView(rows: readonly LinkRow[]): HTMLElement {
  if (rows.length === 0) return element('p', {}, roomWords.none);
  const cells = rows.map(({ name, attempt }): Child[] => {
    const { rung, media, why, pairs, path, echoRttMs } = attempt;
    const pair = pairs.find(({ selected }) => selected) ?? null;
    const rttMs = pair?.rttMs ?? echoRttMs;
    return [
      name,
      element(
        'span',
        { 'data-rung': rung, 'data-from': attempt.from, 'data-attempt': attempt.id },
        `${rungText(rung, path)} (${rung})`,
      ),
      pair === null
        ? '–'
        : element(
            'span',
            {
              class: `way way-${path}`,
              'data-pair': ends(attempt),
              title: `${formatEndpoint(pair.local)} ↔ ${formatEndpoint(pair.remote)}`,
            },
            ends(attempt),
          ),
      rttMs === null ? '–' : `${rttMs} ms`,
      media === null ? '–' : receivedText(media),
      media === null ? '–' : lossText(media),
      attempt.failure === undefined || rung === 'S0' ? why : `${why} ${attempt.failure.message}`,
    ];
  });
  return table(element('h2', {}, roomWords.rowsTitle), roomWords.headings, cells);
}

/** `srflx ↔ host, udp`; with the leg to the TURN server where there is one. */
function ends({ pairs, transport }: LinkAttempt): string {
  const pair = pairs.find(({ selected }) => selected);
  return pair === undefined
    ? ''
    : `${pair.local.type} ↔ ${pair.remote.type}, ${transport ?? pair.local.protocol}`;
}

type Media = NonNullable<LinkAttempt['media']>;

function receivedText({ width, height, framesPerSecond, kbps }: Media): string {
  const size = width === null || height === null ? '' : `${width}×${height}`;
  const frames = framesPerSecond === null ? '' : ` at ${Math.round(framesPerSecond)}/s`;
  return [`${size}${frames}`, kbps === null ? '' : `${kbps} kbit/s`].filter((part) => part !== '').join(', ');
}

function lossText({ packetsLost, packetsReceived }: Media): string {
  const all = packetsLost + packetsReceived;
  return `${((100 * packetsLost) / Math.max(1, all)).toFixed(1)} % of ${all}`;
}
