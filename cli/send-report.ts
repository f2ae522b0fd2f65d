import { operations } from '../contract/api.ts';
import type { Envelope } from '../contract/envelope.ts';
import { apiProblem } from './api-problem.ts';
import { CommandError } from './command-error.ts';
import { exitCode } from './exit-code.ts';
import { patiently } from './patiently.ts';

const sendTimeoutMs = 10_000;
/** A busy service asks to come again a second later. */
const waits = 3;

/**
 * Stores a report in a Polynya service; returns the address of its page.
 *
 * @param keep how to keep the report when the service does not take it
 */
export async function sendReport(report: Envelope, service: string, keep = '--out FILE'): Promise<string> {
  const base = URL.canParse(service) ? new URL(service) : null;
  if (base === null || !/^https?:$/.test(base.protocol)) {
    throw new CommandError(
      `--send ${service}: not an http or https address`,
      'Write e.g. --send http://127.0.0.1:7478',
    );
  }
  const { addReport } = operations;
  const failed = (text: string) =>
    new CommandError(
      `The report was not stored by ${base.origin}: ${text}`,
      `Use ${keep} to keep it.`,
      exitCode.fellShort,
    );
  let response: Response;
  try {
    const send = () =>
      fetch(new URL(addReport.path, base), {
        method: addReport.method,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(report),
        signal: AbortSignal.timeout(sendTimeoutMs),
      });
    response = await patiently(send, waits);
  } catch (error) {
    const cause =
      error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    throw failed(cause);
  }
  const body: unknown = await response.json().catch(() => null);
  if (!response.ok) {
    throw failed(apiProblem(body)?.message ?? `HTTP ${response.status}`);
  }
  const stored = addReport.reply.safeParse(body);
  if (!stored.success) throw failed('the answer could not be read');
  return new URL(`/runs/${stored.data.id}`, base).href;
}
