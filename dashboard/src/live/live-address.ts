interface PageAddress {
  readonly protocol: string;
  readonly host: string;
}

/** @param project the one that is looked at; null: all */
export function liveUrl({ protocol, host }: PageAddress, project: string | null): string {
  const query = project === null ? '' : `?project=${encodeURIComponent(project)}`;
  return `${protocol === 'https:' ? 'wss' : 'ws'}://${host}/ws/live${query}`;
}
