import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './exec.ts';

/** A chain as public authorities have it, and what goes wrong with certificates. All PEM, all in one folder. */
export interface LabCertificates {
  /** For `NODE_EXTRA_CA_CERTS`. */
  readonly root: string;
  readonly intermediate: string;
  readonly key: string;
  /** A key that no certificate belongs to. */
  readonly otherKey: string;
  /** Leaf certificates for `key`. */
  readonly leaf: {
    readonly sound: string;
    readonly renewed: string;
    readonly expired: string;
    readonly otherName: string;
  };
}

const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

async function openssl(folder: string, ...argv: readonly string[]): Promise<void> {
  const { code, stderr } = await run(['openssl', ...argv], { cwd: folder });
  if (code !== 0) throw new Error(`openssl ${argv[0]}: ${stderr.trim()}`);
}

/** `openssl ca`, because `openssl x509` makes no certificate that has expired already. */
const authorityConfig = `[ca]
default_ca = lab
[lab]
database = index.txt
rand_serial = yes
new_certs_dir = .
certificate = intermediate.pem
private_key = intermediate.key
default_md = sha256
policy = any
unique_subject = no
[any]
commonName = supplied
`;

const authorityExtensions = 'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n';

/** @throws Error when openssl is missing or fails */
export async function makeCertificates(folder: string, name: string): Promise<LabCertificates> {
  const write = (file: string, text: string) => writeFileSync(join(folder, file), text);
  write('authority.cnf', authorityConfig);
  write('authority.ext', authorityExtensions);
  write('index.txt', '');
  await openssl(
    folder,
    ...[
      'req',
      '-x509',
      ...curve,
      '-days',
      '3650',
      '-subj',
      '/CN=Lab Root',
      '-keyout',
      'root.key',
      '-out',
      'root.pem',
    ],
  );
  const request = (subject: string, key: string, out: string) =>
    openssl(folder, 'req', '-new', ...curve, '-subj', `/CN=${subject}`, '-keyout', key, '-out', out);
  await Promise.all([
    request('Lab Intermediate', 'intermediate.key', 'intermediate.csr'),
    request(name, 'key.pem', 'leaf.csr'),
    request('nobody', 'other-key.pem', 'other.csr'),
  ]);
  await openssl(
    folder,
    ...[
      'x509',
      '-req',
      '-in',
      'intermediate.csr',
      '-CA',
      'root.pem',
      '-CAkey',
      'root.key',
      '-CAcreateserial',
    ],
    ...['-days', '3650', '-extfile', 'authority.ext', '-out', 'intermediate.pem'],
  );
  // One after the other: they share the authority's list.
  const issue = async (file: string, forName: string, ...dates: readonly string[]) => {
    write(`${file}.ext`, `subjectAltName=DNS:${forName}\nextendedKeyUsage=serverAuth\n`);
    await openssl(
      folder,
      ...['ca', '-batch', '-notext', '-config', 'authority.cnf', '-extfile', `${file}.ext`],
      ...['-in', 'leaf.csr', '-out', file, ...dates],
    );
    return join(folder, file);
  };
  return {
    root: join(folder, 'root.pem'),
    intermediate: join(folder, 'intermediate.pem'),
    key: join(folder, 'key.pem'),
    otherKey: join(folder, 'other-key.pem'),
    leaf: {
      sound: await issue('sound.pem', name, '-days', '90'),
      renewed: await issue('renewed.pem', name, '-days', '90'),
      expired: await issue(
        'expired.pem',
        name,
        '-startdate',
        '20240101000000Z',
        '-enddate',
        '20240401000000Z',
      ),
      otherName: await issue('other-name.pem', `www.${name}`, '-days', '90'),
    },
  };
}
