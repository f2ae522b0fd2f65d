import type { FailureCode } from '../../contract/failures.ts';

/** What a server can lack or do wrong so that RFC 5780 tests stay open. */
export const serverFaults = [
  'server-no-other-address',
  'server-alternate-same-address',
  'server-alternate-silent',
  'server-ignores-change-request',
  'server-mapped-address-false',
  'server-mute',
  'stun-wrong-source',
] as const satisfies readonly FailureCode[];
export type ServerFault = (typeof serverFaults)[number];
