/** Populations for tests, exact in every figure unless a test gives ranges. */

import type { z } from 'zod';
import { type Population, populationSchema } from '../../../contract/population.ts';

type Written = z.input<typeof populationSchema>;

export const chains = {
  home: [{ nat: { like: 'home-router' } }],
  symmetric: [{ nat: { like: 'symmetric' } }],
  fullCone: [{ nat: { like: 'full-cone' } }],
  udpBlocked: [{ nat: { like: 'symmetric' }, firewall: { kind: 'udp-blocked' } }],
  only443: [{ nat: { like: 'symmetric' }, firewall: { kind: 'tcp-443-only' } }],
  open: [],
} as const;
export type ChainName = keyof typeof chains;

export function exactly(value: number): { value: number; source: string } {
  return { value, source: 'test' };
}

export function populationOf(
  shares: Partial<Record<ChainName, number>>,
  more: Partial<Written> = {},
): Population {
  const endpoints = Object.entries(shares).map(([name, share]) => {
    const behind = chains[name as ChainName].map((box) => ({ ...box }));
    return [name.toLowerCase(), { share: exactly(share), behind }];
  });
  return populationSchema.parse({
    name: 'test',
    about: 'A population of a test.',
    endpoints: Object.fromEntries(endpoints),
    rooms: { minutes: exactly(60) },
    distances: {
      peerMs: exactly(50),
      serverMs: exactly(30),
      signallingMs: exactly(40),
      giveUpMs: exactly(5_000),
      spread: exactly(0.6),
    },
    prices: { turnPerGb: exactly(0.4), sfuPerGb: exactly(0.1) },
    ...more,
  });
}
