/** LiveKit: `rtc.turn_servers` of its configuration, in YAML or JSON. Its own embedded server (`turn:`) is another one. */
import { type AppFacts, appUri, nothingSaid } from '../app-facts.ts';
import { at, itemsOf, type Tree, textOf } from '../tree.ts';

/** `protocol` of an entry → scheme and transport of the URI. */
const protocols: Readonly<Record<string, { readonly scheme: string; readonly transport: string }>> = {
  udp: { scheme: 'turn', transport: 'udp' },
  tcp: { scheme: 'turn', transport: 'tcp' },
  tls: { scheme: 'turns', transport: 'tcp' },
};

export function livekitFacts(tree: Tree): AppFacts | null {
  const servers = at(tree, 'rtc', 'turn_servers');
  if (servers?.kind !== 'list') return null;
  const ttl = servers.items.map((item) => textOf(at(item, 'ttl'))).find((text) => text !== undefined);
  return {
    ...nothingSaid,
    app: 'LiveKit',
    secrets: servers.items.map((item) => textOf(at(item, 'secret'))).filter((text) => text !== undefined),
    users: itemsOf(servers).flatMap((item) => {
      const name = textOf(at(item, 'username'));
      return name === undefined ? [] : [{ name, password: textOf(at(item, 'credential'))?.text ?? null }];
    }),
    uris: servers.items.flatMap((item) => {
      const host = textOf(at(item, 'host'));
      if (host === undefined) return [];
      const port = textOf(at(item, 'port'));
      const { scheme, transport } = protocols[textOf(at(item, 'protocol'))?.text ?? 'udp'] ?? {
        scheme: 'turn',
        transport: 'udp',
      };
      const { line, column } = port ?? host;
      const place = port === undefined ? host.text : `${host.text}:${port.text}`;
      return [appUri({ text: `${scheme}:${place}?transport=${transport}`, line, column })];
    }),
    lifetime: ttl === undefined || !/^\d+$/.test(ttl.text) ? null : { ...ttl, seconds: Number(ttl.text) },
  };
}
