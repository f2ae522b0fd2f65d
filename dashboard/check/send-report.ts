/** Sends the report; the service stores the same report once, so trying again does no harm. */
import type { Envelope } from '../../contract/envelope.ts';
import { postReport } from './service-api.ts';
import type { Sending } from './state.ts';

/** Pauses before the second and third try. */
const pausesMs = [1_000, 3_000];

/** Never rejects; ends after three tries. */
export async function sendReport(report: Envelope, canOpen: boolean): Promise<Sending> {
  for (let tries = 0; ; tries += 1) {
    const result = await postReport(report);
    if (result.ok) return { state: 'sent', id: result.id, canOpen };
    const pauseMs = pausesMs[tries];
    if (!result.retry || pauseMs === undefined) return { state: 'failed', reason: result.reason };
    await new Promise<void>((resolve) => setTimeout(resolve, pauseMs));
  }
}
