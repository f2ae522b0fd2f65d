/** Everything about a broken server that is not in its configuration file: addresses, filters, certificates, names. */
import { chmodSync, copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hostName, privateAddress, publicAddress } from '../catalog/turn-faults/sound-server.ts';
import type { Place } from '../catalog/turn-faults/turn-fault.ts';
import { cloudNatRules } from '../plan/cloud-nat.ts';
import { startHaproxy } from './haproxy.ts';
import type { Lab } from './lab.ts';
import type { LabCertificates } from './lab-certificates.ts';

/** A prefix for links; see `defaultPublicNet` for why it is no documentation range. */
const v6 = '2a11:78';

async function must(lab: Lab, namespace: string, argv: readonly string[], stdin: string): Promise<void> {
  const { code, stderr } = await lab.run(namespace, argv, { stdin });
  if (code !== 0) throw new Error(`${argv.join(' ')} ended with ${code}: ${stderr.trim()}\n${stdin}`);
}

const configure = (lab: Lab, namespace: string, lines: readonly string[]) =>
  must(lab, namespace, ['ip', '-batch', '-'], `${lines.join('\n')}\n`);

/** @throws Error when a command fails */
export async function arrangePlace(lab: Lab, place: Place): Promise<void> {
  // As Debian's unit runs it: no root, so port 443 has to be free for all.
  await must(lab, lab.server, ['sysctl', '-q', '-w', 'net.ipv4.ip_unprivileged_port_start=0'], '');
  if (place.nat !== undefined) await moveBehindNat(lab, place.nat === 'with-hairpin');
  if (place.filter !== undefined) {
    const { at, rule } = place.filter;
    const namespace = at === 'host' ? lab.server : lab.topology.core;
    await must(lab, namespace, ['nft', '-f', '-'], `table inet fault {\n chain one {\n ${rule}\n }\n}\n`);
  }
  const { addresses = [] } = place;
  if (addresses.length > 0) {
    await configure(
      lab,
      lab.server,
      addresses.map((cidr) => `address add ${cidr} dev lo${cidr.includes(':') ? ' nodad' : ''}`),
    );
  }
  if (place.deadAaaa === true) await routeIpv6(lab);
}

async function moveBehindNat(lab: Lab, hairpin: boolean): Promise<void> {
  const { core } = lab.topology;
  const [link] = lab.topology.links;
  const uplink = lab.topology.namespaces
    .find(({ name }) => name === lab.server)
    ?.addresses.find(({ device }) => device === 'wan');
  if (link === undefined || uplink === undefined) throw new Error('the lab has no link to its server');
  const [via = ''] = uplink.cidr.split('/');
  const gateway = `${via.slice(0, via.lastIndexOf('.'))}.1`;
  await configure(lab, lab.server, [
    `address add ${privateAddress}/32 dev lo`,
    `route replace default via ${gateway} src ${privateAddress}`,
    `address delete ${publicAddress}/32 dev lo`,
  ]);
  await configure(lab, core, [`route add ${privateAddress}/32 via ${via}`]);
  const rules = cloudNatRules({ publicAddress, privateAddress, hairpin, inner: 'server' });
  await must(lab, core, ['nft', '-f', '-'], rules);
}

/** The server's host can be reached over IPv6; whether somebody listens there is another thing. */
async function routeIpv6(lab: Lab): Promise<void> {
  const { core } = lab.topology;
  await must(lab, core, ['sysctl', '-q', '-w', 'net.ipv6.conf.all.forwarding=1'], '');
  await configure(lab, core, [
    `address add ${v6}:f::1/64 dev server nodad`,
    `address add ${v6}:c::1/64 dev home0 nodad`,
    `route add ${v6}:1::10/128 via ${v6}:f::2`,
  ]);
  await configure(lab, lab.server, [
    `address add ${v6}:f::2/64 dev wan nodad`,
    `address add ${v6}:1::10/128 dev lo nodad`,
    `route add default via ${v6}:f::1`,
  ]);
  await configure(lab, lab.client, [
    `address add ${v6}:c::2/64 dev eth0 nodad`,
    `route add default via ${v6}:c::1`,
  ]);
}

/** The names that the client's resolver knows. */
export function hostsOf(place: Place): string {
  const aaaa = place.deadAaaa === true ? [`${v6}:1::10 ${hostName}`] : [];
  return `${['127.0.0.1 localhost', `${publicAddress} ${hostName}`, ...aaaa].join('\n')}\n`;
}

/** Writes `fullchain.pem` and `key.pem` as the server finds them when it starts. */
export function layCertificate(folder: string, place: Place, all: LabCertificates): void {
  const leafs = { 'other-name': all.leaf.otherName, expired: all.leaf.expired } as const;
  const { certificate: kind } = place;
  const leaf = kind === 'other-name' || kind === 'expired' ? leafs[kind] : all.leaf.sound;
  writeChain(folder, leaf, kind === 'leaf-only' ? null : all.intermediate);
  const key = join(folder, 'key.pem');
  copyFileSync(kind === 'key-of-another' ? all.otherKey : all.key, key);
  chmodSync(key, kind === 'key-for-root-only' ? 0o600 : 0o640);
}

/** What happens to the files after the start. */
export function renewCertificate(folder: string, all: LabCertificates): void {
  writeChain(folder, all.leaf.renewed, all.intermediate);
}

function writeChain(folder: string, leaf: string, intermediate: string | null): void {
  const parts = intermediate === null ? [leaf] : [leaf, intermediate];
  writeFileSync(join(folder, 'fullchain.pem'), parts.map((file) => readFileSync(file, 'utf8')).join(''));
}

export async function startProxy(lab: Lab, folder: string, kind: NonNullable<Place['proxy']>): Promise<void> {
  await startHaproxy(lab, {
    listen: { address: publicAddress, port: 443 },
    turn: { address: publicAddress, port: 5349 },
    certificate: join(folder, 'fullchain.pem'),
    key: join(folder, 'key.pem'),
    withoutAlpnToTurn: kind === 'alpn-or-none',
  });
}
