/** A NATS in operator mode, and a user of it: what `nsc` makes, for tests. */
import { nkeys } from '@nats-io/transport-node';

type Pair = ReturnType<typeof nkeys.createUser>;

const base64url = (bytes: string | Uint8Array): string => Buffer.from(bytes).toString('base64url');

/** NATS JWT, version 2: signed with the Ed25519 key of the issuer. */
function signed(issuer: Pair, subject: Pair, name: string, nats: Record<string, unknown>): string {
  const claims = {
    jti: name,
    iat: Math.floor(Date.now() / 1_000),
    iss: issuer.getPublicKey(),
    sub: subject.getPublicKey(),
    name,
    nats: { version: 2, ...nats },
  };
  const text = [{ typ: 'JWT', alg: 'ed25519-nkey' }, claims]
    .map((part) => base64url(JSON.stringify(part)))
    .join('.');
  return `${text}.${base64url(issuer.sign(Buffer.from(text)))}`;
}

export function decentralNats(): { readonly config: Record<string, unknown>; readonly creds: string } {
  const [operator, account, user] = [nkeys.createOperator(), nkeys.createAccount(), nkeys.createUser()];
  const none = -1;
  const limits = {
    subs: none,
    data: none,
    payload: none,
    imports: none,
    exports: none,
    conn: none,
    leaf: none,
  };
  const accountJwt = signed(operator, account, 'account', {
    type: 'account',
    limits: { ...limits, wildcards: true },
  });
  const userJwt = signed(account, user, 'node', { type: 'user', subs: none, data: none, payload: none });
  const seed = Buffer.from(user.getSeed()).toString('utf8');
  const framed = (what: string, text: string) =>
    `-----BEGIN ${what}-----\n${text}\n------END ${what}------\n\n`;
  return {
    config: {
      operator: signed(operator, operator, 'operator', { type: 'operator' }),
      resolver: 'MEMORY',
      resolver_preload: { [account.getPublicKey()]: accountJwt },
    },
    creds: framed('NATS USER JWT', userJwt) + framed('USER NKEY SEED', seed),
  };
}
