/** The witness of a linked host, asked over the link. */
import type { Attribute } from '../../stun/attributes.ts';
import type { Endpoint } from '../../stun/endpoint.ts';
import { decodePage, type SightingsPage, sightingsPerPage } from '../server/link-sightings.ts';
import { type LinkQuestion, linkMethods } from '../server/link-wire.ts';
import { prefixBytes, type WitnessSighting } from '../server/witness-log.ts';

export interface PeerRecord {
  readonly complete: boolean;
  readonly sightings: readonly WitnessSighting[];
}

export interface PeerWitness {
  /** What it can see: its own endpoints. */
  readonly endpoints: readonly Endpoint[];
  /** False: it cannot watch; then it is not to be asked. */
  watch(prefix: Uint8Array): Promise<boolean>;
  /** Null: no answer came. */
  read(prefix: Uint8Array): Promise<PeerRecord | null>;
}

/** Null: no answer came, or a refusal. */
export type AskPeer = (question: LinkQuestion) => Promise<readonly Attribute[] | null>;

/** Pages asked for at the same time. */
const pagesAtOnce = 10;

export function peerWitness(endpoints: readonly Endpoint[], ask: AskPeer): PeerWitness {
  const page = async (prefix: Uint8Array, first: number): Promise<SightingsPage | null> => {
    const data = new Uint8Array(prefixBytes + 2);
    data.set(prefix);
    new DataView(data.buffer).setUint16(prefixBytes, first);
    const attributes: Attribute[] = [{ name: 'DATA', value: data }];
    const answer = await ask({ method: linkMethods.sightings, attributes });
    return answer && decodePage(answer);
  };
  return {
    endpoints,
    watch: async (prefix) =>
      (await ask({ method: linkMethods.watch, attributes: [{ name: 'DATA', value: prefix }] })) !== null,
    read: async (prefix) => {
      const start = await page(prefix, 0);
      if (start === null) return null;
      const sightings = [...start.sightings];
      while (sightings.length < start.total) {
        const firsts = Array.from({ length: pagesAtOnce }, (_, n) => sightings.length + n * sightingsPerPage);
        const more = await Promise.all(firsts.filter((n) => n < start.total).map((n) => page(prefix, n)));
        const rows = more.flatMap((each) => each?.sightings ?? []);
        if (more.includes(null) || rows.length === 0) return null;
        sightings.push(...rows);
      }
      return { complete: start.complete, sightings };
    },
  };
}
