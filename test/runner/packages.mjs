/** System packages that the lab and web tests drive: what is missing, and how to get it. */
import { accessSync, constants, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run } from './children.mjs';

/**
 * One row per program or library: the Debian package that brings it, the vitest projects that cannot do without, and of
 * a library a file that is there when it is.
 */
export const programs = [
  { program: 'turnserver', package: 'coturn', projects: ['lab', 'web'] },
  { program: 'turnutils_natdiscovery', package: 'coturn', projects: ['lab'] },
  { program: 'nft', package: 'nftables', projects: ['lab'] },
  { program: 'conntrack', package: 'conntrack', projects: ['lab'] },
  { program: 'ip', package: 'iproute2', projects: ['lab'] },
  { program: 'iptables', package: 'iptables', projects: ['lab'] },
  { program: 'miniupnpd', package: 'miniupnpd-nftables', projects: ['lab'] },
  { program: 'tayga', package: 'tayga', projects: ['lab'] },
  { program: 'tinyproxy', package: 'tinyproxy-bin', projects: ['lab'] },
  { program: 'openvpn', package: 'openvpn', projects: ['lab'] },
  { program: 'traceroute', package: 'traceroute', projects: ['lab'] },
  { program: 'openssl', package: 'openssl', projects: ['lab', 'web'] },
  {
    program: 'aioice',
    file: '/usr/lib/python3/dist-packages/aioice/__init__.py',
    package: 'python3-aioice',
    projects: ['lab'],
  },
  {
    program: 'aiortc',
    file: '/usr/lib/python3/dist-packages/aiortc/__init__.py',
    package: 'python3-aiortc',
    projects: ['lab'],
  },
  {
    program: 'PyGObject',
    file: '/usr/lib/python3/dist-packages/gi/__init__.py',
    package: 'python3-gi',
    projects: ['lab'],
  },
  {
    program: 'libnice',
    file: '/usr/share/doc/gir1.2-nice-0.1/copyright',
    package: 'gir1.2-nice-0.1',
    projects: ['lab'],
  },
  { program: 'haproxy', package: 'haproxy', projects: ['lab'] },
  { program: 'ejabberdctl', package: 'ejabberd', projects: ['lab'] },
  { program: 'tcpdump', package: 'tcpdump', projects: ['lab'] },
  { program: 'chromium', package: 'chromium', projects: ['lab', 'web', 'page'] },
  { program: 'janus', package: 'janus', projects: ['lab', 'web'] },
  { program: 'firefox-esr', package: 'firefox-esr', projects: ['lab', 'web'] },
  {
    program: 'a font with Korean signs',
    file: '/usr/share/fonts/truetype/nanum/NanumGothic.ttf',
    package: 'fonts-nanum',
    projects: ['web', 'page'],
  },
  { program: 'certutil', package: 'libnss3-tools', projects: ['lab', 'web'] },
  { program: 'promtool', package: 'prometheus', projects: ['lab'] },
  { program: 'systemd-analyze', package: 'systemd', projects: ['lab'] },
  { program: 'pg_ctlcluster', package: 'postgresql', projects: ['logic', 'unit'] },
  { program: 'nats-server', package: 'nats-server', projects: ['logic', 'unit', 'lab'] },
];

/** Daemons live in sbin, which is not in every user’s PATH. */
const searchPath = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];

function isInstalled({ program, file }) {
  if (file !== undefined) return existsSync(file);
  return searchPath.some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

export function missingPrograms() {
  return programs.filter((row) => !isInstalled(row));
}

export function packagesOf(rows) {
  return [...new Set(rows.map((row) => row.package))];
}

export function isDebian() {
  try {
    return /^ID="?debian"?$/m.test(readFileSync('/etc/os-release', 'utf8'));
  } catch {
    return false;
  }
}

export const isRoot = process.getuid?.() === 0;

export function installCommand(packages) {
  return `sudo apt-get update && sudo apt-get install -y --no-install-recommends ${packages.join(' ')}`;
}

/**
 * Keeps maintainer scripts from starting daemons (Debian policy §9.3.3): the coturn package would otherwise open
 * 3478 on every address of this machine. Returns the undo; a policy that is already there is left alone.
 */
function forbidServiceStarts() {
  const file = '/usr/sbin/policy-rc.d';
  try {
    writeFileSync(file, '#!/bin/sh\nexit 101\n', { mode: 0o755, flag: 'wx' });
  } catch (error) {
    if (error.code === 'EEXIST') return () => {};
    throw error;
  }
  const undo = () => rmSync(file, { force: true });
  process.on('exit', undo);
  return () => {
    undo();
    process.off('exit', undo);
  };
}

/** Installs with apt, as root. Returns true when every command worked. */
export async function installPackages(packages) {
  const allowServiceStarts = forbidServiceStarts();
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  try {
    const updated = await run('apt-get', ['-qq', 'update'], { env, limitSec: 300 });
    if (updated !== 0) return false;
    const arguments_ = ['-qq', 'install', '-y', '--no-install-recommends', ...packages];
    return (await run('apt-get', arguments_, { env, limitSec: 900 })) === 0;
  } finally {
    allowServiceStarts();
  }
}
