/** A path of the service as the URL of its WebSocket. */
export function socketUrl(path: string, service: string): string {
  const url = new URL(path, service);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return url.href;
}
