interface LooseEndpoint {
  readonly address: string | null;
  readonly port: number | null;
}

/** `192.0.2.1:3478`, `[2001:db8::1]:3478`; a dash where the browser hides the address. */
export function formatEndpoint(endpoint: LooseEndpoint | null): string {
  if (endpoint === null || endpoint.address === null) return '–';
  const host = endpoint.address.includes(':') ? `[${endpoint.address}]` : endpoint.address;
  return endpoint.port === null ? host : `${host}:${endpoint.port}`;
}
