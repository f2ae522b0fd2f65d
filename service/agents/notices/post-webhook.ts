/** Posts one signed notice. The address is the operator’s choice, so the reach policy of the service holds for it too. */
import { createHmac } from 'node:crypto';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP } from 'node:net';
import { toolName, toolVersion } from '../../../contract/release.ts';
import type { Resolve } from '../../reach.ts';

export interface Delivery {
  readonly url: string;
  readonly secret: string;
  /** JSON. */
  readonly body: string;
  readonly now: Date;
}

export type PostWebhook = (delivery: Delivery) => Promise<{ readonly ok: boolean; readonly reason: string }>;

const timeoutMs = 10_000;

/**
 * `t=SECONDS,v1=HEX`: HMAC-SHA-256 (RFC 2104) over `SECONDS.BODY`. The time is signed as well, so that an old notice cannot be
 * sent again by somebody else.
 */
export function signatureOf({ secret, body, now }: Omit<Delivery, 'url'>): string {
  const seconds = Math.floor(now.getTime() / 1_000);
  const digest = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
  return `t=${seconds},v1=${digest}`;
}

/** Redirects are not followed: they would lead past the policy. Never rejects. */
export function webhookVia(resolve: Resolve): PostWebhook {
  return async (delivery) => {
    const url = new URL(delivery.url);
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const resolved = await resolve(host, AbortSignal.timeout(timeoutMs));
    if (!resolved.ok) return { ok: false, reason: resolved.failure.message };
    const [address = ''] = resolved.addresses;
    return post(url, address, delivery);
  };
}

/** To this very address, whatever the name means a moment later (DNS rebinding). */
function post(url: URL, address: string, delivery: Delivery): Promise<{ ok: boolean; reason: string }> {
  const send = url.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((done) => {
    const request = send(
      url,
      {
        method: 'POST',
        signal: AbortSignal.timeout(timeoutMs),
        lookup: (_host, { all }, tell) => {
          const family = isIP(address);
          if (all === true) tell(null, [{ address, family }]);
          else tell(null, address, family);
        },
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(delivery.body),
          'user-agent': `${toolName}/${toolVersion}`,
          'polynya-signature': signatureOf(delivery),
        },
      },
      (response) => {
        response.resume();
        const status = response.statusCode ?? 0;
        done({ ok: status >= 200 && status < 300, reason: `HTTP ${status}` });
      },
    );
    request.on('error', (error) => done({ ok: false, reason: error.message }));
    request.end(delivery.body);
  });
}
