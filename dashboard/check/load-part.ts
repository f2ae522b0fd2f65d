/** Parts of the page that come when they are needed. */

/** Long enough for a new address to be usable: a change of network breaks off every request that is under way. */
const pauseMs = 500;

/** Asks twice. Rejects as `load` did the second time. */
export async function loadPart<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch {
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    return load();
  }
}
