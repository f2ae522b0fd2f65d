/** What the server has to answer what is under way, and the releases. */
const releaseMs = 4_000;

/** Waits until all is given back, but not for a server that does not answer any more. */
export async function giveBack(releases: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, releaseMs);
  });
  await Promise.race([releases, late]);
  clearTimeout(timer);
}
