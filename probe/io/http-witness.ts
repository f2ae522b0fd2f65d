/** Opens a witness session at a Polynya service, over HTTP. */
import { type Failure, failure } from '../../contract/failures.ts';
import type { WitnessSource } from './witness-source.ts';

export interface HttpWitness extends WitnessSource {
  /** The STUN server that the service runs. */
  readonly stunUri: string;
}

export type OpenedWitness =
  | { readonly ok: true; readonly witness: HttpWitness }
  | { readonly ok: false; readonly failure: Failure };

/** One round trip and the handshakes before it; a service that takes longer would hold the probe up. */
const timeoutMs = 4_000;

/** @param service the service’s address, `http://HOST:PORT` or `https://…` */
export async function openHttpWitness(service: URL): Promise<OpenedWitness> {
  // Loaded here, so that a probe without a witness does not pay for the schema library.
  const { witnessSessionSchema, witnessRecordSchema } = await import('../../contract/witness.ts');
  try {
    const session = witnessSessionSchema.parse(await askFor(new URL('/api/witness', service), 'POST'));
    const url = new URL(`/api/witness/${session.id}`, service);
    return {
      ok: true,
      witness: {
        prefix: Uint8Array.from(Buffer.from(session.prefix, 'hex')),
        stunUri: session.stun,
        read: async () => witnessRecordSchema.parse(await askFor(url, 'GET', session.token)),
      },
    };
  } catch (error) {
    return { ok: false, failure: failure('witness-unavailable', `${service.origin}: ${causeOf(error)}`) };
  }
}

async function askFor(url: URL, method: 'GET' | 'POST', token?: string): Promise<unknown> {
  const response = await fetch(url, {
    method,
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    // A redirect could carry the token to somebody else.
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return response.json();
}

function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `no answer in ${timeoutMs / 1000} s`;
  if (error.name === 'ZodError' || error instanceof SyntaxError)
    return 'the answer is not that of a Polynya service';
  return error.cause instanceof Error ? error.cause.message : error.message;
}
