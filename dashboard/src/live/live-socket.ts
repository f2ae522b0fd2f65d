/** `/ws/live` kept open: reconnects with backoff, at once when the browser comes back online. */
import { type LiveMessage, liveMessageSchema } from '../../../contract/signal.ts';
import { backoffMs } from './backoff.ts';

export type LiveState = 'connecting' | 'live' | 'reconnecting';

export interface LiveSocketOptions {
  readonly url: string;
  readonly onMessage: (message: LiveMessage) => void;
  readonly onState: (state: LiveState) => void;
}

/** Returns the function that closes it for good. */
export function openLiveSocket(options: LiveSocketOptions): () => void {
  let socket: WebSocket | null = null;
  let timer: number | undefined;
  let attempt = 0;
  let closed = false;

  function connect(): void {
    window.clearTimeout(timer);
    const current = new WebSocket(options.url);
    socket = current;
    current.onmessage = (event) => {
      const message = parseLive(event.data);
      if (message === null) return;
      if (message.type === 'hello') {
        attempt = 0;
        options.onState('live');
      }
      options.onMessage(message);
    };
    current.onclose = () => {
      if (closed || socket !== current) return;
      options.onState('reconnecting');
      timer = window.setTimeout(connect, backoffMs(attempt, Math.random()));
      attempt += 1;
    };
  }

  function connectNow(): void {
    if (closed || socket?.readyState === WebSocket.OPEN) return;
    attempt = 0;
    const old = socket;
    socket = null;
    old?.close();
    connect();
  }

  options.onState('connecting');
  connect();
  window.addEventListener('online', connectNow);
  return () => {
    closed = true;
    window.removeEventListener('online', connectNow);
    window.clearTimeout(timer);
    socket?.close();
  };
}

function parseLive(data: unknown): LiveMessage | null {
  if (typeof data !== 'string') return null;
  try {
    const parsed = liveMessageSchema.safeParse(JSON.parse(data));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
