/** What a socket is to the driver, whatever carries it. */
import type { Endpoint } from '../endpoint.ts';
import type { LinkError } from '../machine.ts';

export interface LinkEvents {
  /**
   * Ready to send. At most once, and nothing else but `onOpenFailed` comes before it.
   * @param remote of accepted streams: who opened them
   */
  onOpen(local: Endpoint, remote?: Endpoint): void;
  /** The link never came up; it is closed already. */
  onOpenFailed(error: LinkError): void;
  onBytes(from: Endpoint, bytes: Uint8Array): void;
  onSendFailed(to: Endpoint, error: LinkError): void;
  /** It was open and ended from outside; it is closed already. */
  onClosed(error?: LinkError): void;
}

export interface Link {
  send(to: Endpoint, bytes: Uint8Array): void;
  /** Streams only: of what was sent, the bytes that the system has not taken yet. */
  waitingBytes?(): number;
  /** Streams only: whether `onBytes` goes on coming. */
  read?(on: boolean): void;
  /**
   * Ends the link; no event comes after this call. `flush` lets out what was handed to `send` before (within a
   * quarter of a second), `now` drops it. Resolves when the socket is closed.
   */
  close(how: 'flush' | 'now'): Promise<void>;
}

/** How long a closing link may take to hand its last bytes to the kernel. */
export const flushLimitMs = 250;

export function toLinkError(error: unknown): LinkError {
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return { code: typeof code === 'string' ? code : 'EUNKNOWN', message };
}

/** The kernel prints a zone behind link-local IPv6 addresses; endpoints have none. */
export function toEndpoint(address: string, port: number): Endpoint {
  const zone = address.indexOf('%');
  return { address: zone < 0 ? address : address.slice(0, zone), port };
}
