/** Dashboards hear what happens on every node, whichever they are connected to. */
import { liveMessageSchema } from '../../contract/signal.ts';
import type { Bus, Unsubscribe } from '../bus/bus.ts';
import type { LiveHub } from './live-hub.ts';

const subject = 'polynya.live';

/**
 * What others say is only told on: it is never said again, so it cannot go in circles. After the bus was away the
 * dashboards of this node may have missed something: they are made to come back, and fetch the present state.
 */
export function shareLive(hub: LiveHub, bus: Bus): Unsubscribe {
  const undo = [
    bus.subscribe(subject, liveMessageSchema, ({ from, message }) => {
      if (from !== bus.node) hub.tell(message);
    }),
    bus.onState((state) => {
      if (state === 'up') hub.restart();
    }),
    hub.onBroadcast((message) => bus.publish(subject, message)),
  ];
  return () => {
    for (const each of undo) each();
  };
}
