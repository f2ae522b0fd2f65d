/** Sends the report; the service stores the same report once, so trying again does no harm. */
import type { Envelope, VisitReport } from '../../contract/envelope.ts';
import { postReport } from './service-api.ts';
import type { Sending } from './state.ts';

/** Pauses before the second and third try. */
const pausesMs = [1_000, 3_000];

/**
 * As {@link deliver}.
 *
 * @param link token of the link that the visitor came by; null: none
 * @param service address of the service
 */
export async function sendReport(
  report: VisitReport,
  link: string | null,
  canOpen: boolean,
  service: string,
): Promise<Sending> {
  return deliver(
    { ...report, body: { ...report.body, run: { ...report.body.run, link } } },
    canOpen,
    service,
  );
}

/** Never rejects; ends after three tries. */
export async function deliver(report: Envelope, canOpen: boolean, service: string): Promise<Sending> {
  for (let tries = 0; ; tries += 1) {
    const result = await postReport(report, service);
    if (result.ok) return { state: 'sent', id: result.id, code: result.code, canOpen };
    const pauseMs = pausesMs[tries];
    if (!result.retry || pauseMs === undefined) return { state: 'failed', reason: result.reason };
    await new Promise<void>((resolve) => setTimeout(resolve, pauseMs));
  }
}
