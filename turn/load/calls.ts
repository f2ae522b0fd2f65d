/** From streams to calls. */
import type { LoadProfile, LoadStream } from '../../contract/load-profile.ts';
import type { LoadVerdict } from '../../contract/load-report.ts';

export interface Calls {
  /** Null: the axis has none. */
  readonly calls: number | null;
  readonly assumption: string;
}

/**
 * Every call has a stream of the most frequent kind of the mix each way, and some of them streams of the others. With
 * hairpins both ends have a relay, so that a call takes two flows for each stream.
 */
export function callsOf({ traffic, peer }: LoadProfile, { streams }: LoadVerdict): Calls {
  const [main, ...others] = traffic.mix.toSorted((a, b) => b.share - a.share);
  if (streams === null || main === undefined) return { calls: null, assumption: '' };
  const total = traffic.mix.reduce((sum, { share }) => sum + share, 0);
  const flowsPerStream = peer.kind === 'hairpin' ? 2 : 1;
  const more = others.map(({ share, ...kind }) => {
    const percent = (100 * share) / main.share;
    return `${percent === 100 ? 'and' : `and in ${Number(percent.toPrecision(2))} % of the calls`} ${kindText(kind)}`;
  });
  const relays = peer.kind === 'hairpin' ? 'a relay at either end' : 'a relay at one end';
  return {
    calls: Math.floor((streams * main.share) / total / flowsPerStream),
    assumption:
      `A call is two people with ${relays}, each sending ${[kindText(main), ...more].join(', ')}.`.slice(
        0,
        500,
      ),
  };
}

function kindText({ name, bytes, perSec }: Omit<LoadStream, 'share'>): string {
  return `${name} (${perSec} packets/s of ${bytes} bytes)`;
}
