import { networkInterfaces } from 'node:os';

/** The IPv4 address of a lab host towards its router: the first, a tunnel comes behind it. */
export function ownAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return all.find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? '127.0.0.1';
}
