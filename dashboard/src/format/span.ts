const units = [
  { name: 'd', sec: 86_400 },
  { name: 'h', sec: 3600 },
  { name: 'min', sec: 60 },
] as const;

/** A length of time in the largest unit that leaves nothing over: 30 s · 5 min · 90 s · 6 h · 1 d. */
export function formatSpan(sec: number): string {
  const unit = units.find((each) => sec > 0 && sec % each.sec === 0);
  return unit === undefined ? `${sec}\u202fs` : `${sec / unit.sec}\u202f${unit.name}`;
}
