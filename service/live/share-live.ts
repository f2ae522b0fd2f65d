/** Dashboards hear what happens on every node, whichever they are connected to. */
import { z } from 'zod';
import { idSchema } from '../../contract/basics.ts';
import { liveMessageSchema } from '../../contract/signal.ts';
import type { Bus, Unsubscribe } from '../bus/bus.ts';
import type { LiveHub } from './live-hub.ts';

const subject = 'polynya.project-live';
const sharedSchema = z.object({ message: liveMessageSchema, project: idSchema.nullable() });

/**
 * What others say is only told on: it is never said again, so it cannot go in circles. After the bus was away the
 * dashboards of this node may have missed something: they are made to come back, and fetch the present state.
 */
export function shareLive(hub: LiveHub, bus: Bus): Unsubscribe {
  const undo = [
    bus.subscribe(subject, sharedSchema, ({ from, message: { message, project } }) => {
      if (from !== bus.node) hub.tell(message, project);
    }),
    bus.onState((state) => {
      if (state === 'up') hub.restart();
    }),
    hub.onBroadcast((message, project) => bus.publish(subject, { message, project })),
  ];
  return () => {
    for (const each of undo) each();
  };
}
