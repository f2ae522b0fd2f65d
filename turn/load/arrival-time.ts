/**
 * When the system received a datagram, as it tells beside it: SO_TIMESTAMPNS, socket(7). `struct cmsghdr` (length, level,
 * type) and `struct timespec`, as 64-bit Linux lays them out.
 */

export const arrivalBytes = 32;
/** SOL_SOCKET, and SCM_TIMESTAMPNS of systems whose time has 64 bits. */
const [socketLevel, timestampType] = [1, 35];

/** In ms since 1970, by the clock that can be set; NaN: it does not say. */
export function arrivalIn(view: DataView, at: number): number {
  if (view.getInt32(at + 8, true) !== socketLevel || view.getInt32(at + 12, true) !== timestampType)
    return Number.NaN;
  return timeIn(view, at + 16);
}

/** `struct timespec`, in ms. */
export function timeIn(view: DataView, at: number): number {
  const seconds = view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32;
  return seconds * 1000 + view.getUint32(at + 8, true) / 1e6;
}
