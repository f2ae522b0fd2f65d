import type { SocketEvent } from '../rooms/member-sockets.ts';
import { noTracing, type Tracing } from './tracing.ts';

/** A call is thousands of messages, and they are all alike. */
const oneIn = 100;

type OnSocketEvent = (socket: number, event: SocketEvent) => void;
/** Looks on while the events of members’ sockets are handled. */
export type SocketWatch = (handle: OnSocketEvent) => OnSocketEvent;

/** One message of a member in a hundred gets a span, the first one among them. */
export function sampledMessages(tracing: Tracing): SocketWatch {
  if (tracing === noTracing) return (handle) => handle;
  let messages = 0;
  return (handle) => (socket, event) => {
    if (event.kind === 'said') messages += 1;
    if (event.kind !== 'said' || messages % oneIn !== 1) return handle(socket, event);
    const facts = { 'polynya.room.message': event.message.type };
    const span = tracing.begin('room message', { kind: 'consumer', facts });
    span.within(() => handle(socket, event));
    span.end();
  };
}
