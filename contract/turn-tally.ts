/** What lists, grids and trends need of a turn-report. */
import { z } from 'zod';
import { msSchema, transportSchema } from './basics.ts';
import { type TurnReportBody, turnReportBodySchema } from './turn-report.ts';

export const turnTallySchema = z.object({
  uri: z.string().max(300),
  transport: transportSchema,
  /** The server answered. */
  reached: z.boolean(),
  counts: turnReportBodySchema.shape.counts,
  /** Smallest round trip of the requests to the URI itself; null: none was answered. */
  rttMs: msSchema.nullable(),
});
export type TurnTally = z.infer<typeof turnTallySchema>;

export function turnTally({ target, unreachable, counts, evidence }: TurnReportBody): TurnTally {
  const { uri, endpoint, transport } = target;
  const times = evidence
    .filter(
      ({ transport: used, to }) =>
        used === transport && to.address === endpoint?.address && to.port === endpoint.port,
    )
    .flatMap(({ rttMs }) => (rttMs === null ? [] : [rttMs]));
  return {
    uri,
    transport,
    reached: unreachable === null,
    counts,
    rttMs: times.length === 0 ? null : Math.min(...times),
  };
}
