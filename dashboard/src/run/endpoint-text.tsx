import { formatEndpoint } from '../format/endpoint.ts';

interface EndpointTextProps {
  readonly endpoint: { readonly address: string | null; readonly port: number | null } | null;
}

/** An address and port on one line; only the browsers’ long mDNS names may break. */
export function EndpointText({ endpoint }: EndpointTextProps) {
  const text = formatEndpoint(endpoint);
  return <span className={text.includes('.local') ? 'mono' : 'mono endpoint'}>{text}</span>;
}
