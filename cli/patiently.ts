import { setTimeout } from 'node:timers/promises';

/** Windows of the service's own limit, of a minute each. */
const mostWaits = 20;

/**
 * Asks again when the service says it may be asked: a store can hold more reports than it answers in a minute, and a
 * busy service says so.
 */
export async function patiently(ask: () => Promise<Response>, waits = mostWaits): Promise<Response> {
  let response = await ask();
  for (let wait = 0; mayComeAgain(response) && wait < waits; wait += 1) {
    // RFC 9110 §10.2.3, in seconds.
    const seconds = Number(response.headers.get('retry-after'));
    await setTimeout(1_000 * Math.min(60, seconds > 0 ? seconds : 5));
    response = await ask();
  }
  return response;
}

function mayComeAgain({ status, headers }: Response): boolean {
  return status === 429 || (status === 503 && headers.has('retry-after'));
}
