interface PageAddress {
  readonly protocol: string;
  readonly host: string;
}

export function liveUrl({ protocol, host }: PageAddress): string {
  return `${protocol === 'https:' ? 'wss' : 'ws'}://${host}/ws/live`;
}
