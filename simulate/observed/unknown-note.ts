import type { Population, UnknownWay } from '../../contract/population.ts';

const reasons: Readonly<Record<UnknownWay, string>> = {
  'nat-not-tested': 'the NAT was not tested',
  'udp-undecided': 'UDP undecided',
  'mapping-undecided': 'no verdict on mapping',
  'filtering-undecided': 'no verdict on filtering',
  'tcp-undecided': 'UDP blocked, and nothing says which TCP passes',
};

/** `Unknown: 12 of 340 networks are in no kind (…)`; null: all are in one, or nobody counted. */
export function unknownNote({ counted }: Population): string | null {
  if (counted === undefined) return null;
  const rows = Object.entries(counted.unknown) as [UnknownWay, number][];
  const total = rows.reduce((sum, [, count]) => sum + count, 0);
  if (total === 0) return null;
  const why = rows.toSorted(([, a], [, b]) => b - a).map(([way, count]) => `${reasons[way]}: ${count}`);
  return `Unknown: ${total} of ${counted.reports} networks are in no kind (${why.join('; ')}).`;
}
