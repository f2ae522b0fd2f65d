import type { Endpoint } from '../../stun/endpoint.ts';
import type { Corner, CornerEndpoints } from '../server/corners.ts';
import { type CornerPlan, costOfMissingAddress } from './corner-plan.ts';
import { ListenError } from './listen-error.ts';

/**
 * Opens what the plan has besides the primary endpoint, which is open already. A missing second address costs only what
 * the note says; everything else rejects with a `ListenError`.
 */
export async function openAlternateCorners(
  { alternate, note }: CornerPlan,
  primary: Endpoint,
  open: (corner: Corner, wanted: Endpoint) => Promise<Endpoint>,
): Promise<{ endpoints: CornerEndpoints; note: string | null }> {
  if (alternate === null) return { endpoints: { PP: primary }, note };
  const { address } = alternate;
  const half = { PP: primary, PA: await open('PA', { address: primary.address, port: alternate.port }) };
  if (address === primary.address) return { endpoints: half, note };
  try {
    const AP = await open('AP', { address, port: primary.port });
    const AA = await open('AA', { address, port: half.PA.port });
    return { endpoints: { ...half, AP, AA }, note };
  } catch (error) {
    if (!(error instanceof ListenError) || error.errno !== 'EADDRNOTAVAIL') throw error;
    return { endpoints: half, note: costOfMissingAddress(address) };
  }
}
