/** What one node’s witness saw, as it travels over the link: in pages, each a run of attributes per sighting. */
import type { Attribute } from '../../stun/attributes.ts';
import { transactionKey } from '../../stun/message.ts';
import type { AnswerFate, WitnessSighting } from './witness-log.ts';

/** A page stays below the smallest MTU of IPv6 (RFC 8200 s5): 12 sightings of IPv6 take less than 1,200 bytes. */
export const sightingsPerPage = 12;

const fates: readonly AnswerFate[] = ['left', 'failed', 'none', 'elsewhere'];

export interface SightingsPage {
  /** Sightings of the whole session. */
  readonly total: number;
  /** False: the session has had more than it keeps. */
  readonly complete: boolean;
  readonly sightings: readonly WitnessSighting[];
}

export function encodePage(page: SightingsPage): Attribute[] {
  const head = new Uint8Array(3);
  new DataView(head.buffer).setUint16(0, page.total);
  head[2] = page.complete ? 1 : 0;
  const rows = page.sightings.flatMap(({ id, atMs, at, from, answer, answeredFrom }): Attribute[] => {
    const row = new Uint8Array(17);
    row.set(idBytes(id));
    new DataView(row.buffer).setUint32(12, Math.round(atMs));
    row[16] = fates.indexOf(answer);
    return [
      { name: 'DATA', value: row },
      { name: 'XOR-PEER-ADDRESS', value: from },
      { name: 'RESPONSE-ORIGIN', value: at },
      ...(answeredFrom === null ? [] : [{ name: 'OTHER-ADDRESS', value: answeredFrom } as const]),
    ];
  });
  return [{ name: 'DATA', value: head }, ...rows];
}

function idBytes(id: string): number[] {
  return Array.from({ length: 12 }, (_, index) => Number.parseInt(id.slice(2 * index, 2 * index + 2), 16));
}

/** Null where they are no page. */
export function decodePage(attributes: readonly Attribute[]): SightingsPage | null {
  const [head, ...rest] = attributes;
  if (head?.name !== 'DATA' || head.value.length !== 3) return null;
  const total = new DataView(head.value.buffer, head.value.byteOffset).getUint16(0);
  const sightings: WitnessSighting[] = [];
  for (let index = 0; index < rest.length; ) {
    const [row, from, at, answered] = rest.slice(index, index + 4);
    if (row?.name !== 'DATA' || row.value.length !== 17) return null;
    if (from?.name !== 'XOR-PEER-ADDRESS' || at?.name !== 'RESPONSE-ORIGIN') return null;
    const answer = fates[row.value[16] ?? fates.length];
    if (answer === undefined) return null;
    const answeredFrom = answered?.name === 'OTHER-ADDRESS' ? answered.value : null;
    sightings.push({
      id: transactionKey(row.value.subarray(0, 12)),
      atMs: new DataView(row.value.buffer, row.value.byteOffset).getUint32(12),
      at: at.value,
      from: from.value,
      answer,
      answeredFrom,
    });
    index += answeredFrom === null ? 3 : 4;
  }
  return { total, complete: head.value[2] === 1, sightings };
}
