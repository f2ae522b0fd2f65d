/**
 * Prosody, and with it Jitsi: `external_services` (mod_external_services), `turn_external_*` (mod_turn_external) and the
 * older `turncredentials` (mod_turncredentials).
 */
import { type AppFacts, appUri } from '../app-facts.ts';
import { at, isTrue, itemsOf, type Text, type Tree, textOf } from '../tree.ts';

export function prosodyFacts(tree: Tree): AppFacts | null {
  const external = itemsOf(at(tree, 'external_services'));
  const older = itemsOf(at(tree, 'turncredentials'));
  const host = textOf(at(tree, 'turn_external_host'));
  const lone = ['external_service_secret', 'turn_external_secret', 'turncredentials_secret']
    .map((key) => textOf(at(tree, key)))
    .filter((text) => text !== undefined);
  if (external.length + older.length + lone.length === 0 && host === undefined) return null;
  const services = [...external, ...older].filter((item) =>
    /^turns?$/.test(textOf(at(item, 'type'))?.text ?? ''),
  );
  const secretOf = (service: Tree) => textOf(at(service, 'secret'));
  const ttl = [
    ...services.map((service) => at(service, 'ttl')),
    at(tree, 'turn_external_ttl'),
    at(tree, 'turncredentials_ttl'),
  ]
    .map(textOf)
    .find((text) => text !== undefined);
  return {
    app: 'Prosody',
    secrets: [...lone, ...services.map(secretOf).filter((text) => text !== undefined)],
    users: services.flatMap((service) => {
      const name = textOf(at(service, 'username'));
      return name === undefined ? [] : [{ name, password: textOf(at(service, 'password'))?.text ?? null }];
    }),
    uris: [...services.flatMap(uriOf), ...(host === undefined ? [] : moduleUris(tree, host))],
    lifetime: ttl === undefined || !/^\d+$/.test(ttl.text) ? null : { ...ttl, seconds: Number(ttl.text) },
    guests: null,
    misspelt: [],
  };
}

function uriOf(service: Tree) {
  const host = textOf(at(service, 'host'));
  if (host === undefined) return [];
  const type = textOf(at(service, 'type'))?.text ?? 'turn';
  const port = textOf(at(service, 'port'));
  const transport = textOf(at(service, 'transport'))?.text ?? (type === 'turns' ? 'tcp' : 'udp');
  return [uri(type, host, port, transport)];
}

/** mod_turn_external offers UDP and TCP, and TLS where it is told of it. */
function moduleUris(tree: Tree, host: Text) {
  const port = textOf(at(tree, 'turn_external_port'));
  const plain = isTrue(at(tree, 'turn_external_tcp')) ? ['udp', 'tcp'] : ['udp'];
  const tlsPort = textOf(at(tree, 'turn_external_tls_port'));
  return [
    ...plain.map((transport) => uri('turn', host, port, transport)),
    ...(tlsPort === undefined ? [] : [uri('turns', host, tlsPort, 'tcp')]),
  ];
}

/** Stands where the port stands, or else the host: that is what there is to change. */
function uri(scheme: string, host: Text, port: Text | undefined, transport: string) {
  const { line, column } = port ?? host;
  const name = host.text.includes(':') ? `[${host.text}]` : host.text;
  return appUri({
    text: `${scheme}:${name}${port === undefined ? '' : `:${port.text}`}?transport=${transport}`,
    line,
    column,
  });
}
