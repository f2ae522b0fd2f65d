const minuteMs = 60_000;
const tickSteps = [5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 4320, 10_080, 20_160].map(
  (n) => n * minuteMs,
);

/** Whole clock times between two moments in the reader’s zone, at most `most` (at least 2) of them. */
export function wholeTimes(fromMs: number, toMs: number, most: number): number[] {
  const wanted = (toMs - fromMs) / Math.max(2, most);
  const stepMs = tickSteps.find((step) => step >= wanted) ?? 30 * 1440 * minuteMs;
  const zoneMs = new Date(toMs).getTimezoneOffset() * minuteMs;
  const times: number[] = [];
  for (let time = Math.ceil((fromMs - zoneMs) / stepMs) * stepMs + zoneMs; time <= toMs; time += stepMs) {
    times.push(time);
  }
  return times;
}
