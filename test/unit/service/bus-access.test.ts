/** How a node signs in to NATS: what the configuration says, what is wrong with it, and that no secret is told. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configOf } from '../../../cli/run-service.ts';
import { type BusConfig, busConfigSchema } from '../../../contract/bus.ts';
import { natsObstacle, startNats } from '../../../scenarios/io/nats.ts';
import { natsTarget } from '../../../service/bus/nats-target.ts';
import { openBus } from '../../../service/bus/open-bus.ts';

const secret = 'correct-horse-battery-staple';
const servers = ['nats://127.0.0.1:4222'];
const busOf = (over: object): BusConfig => busConfigSchema.parse({ servers, ...over });

let folder: string;
let secretFile: string;
let emptyFile: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'polynya-bus-'));
  [secretFile, emptyFile] = [join(folder, 'secret'), join(folder, 'empty')];
  writeFileSync(secretFile, `${secret}\nsecond line\n`);
  writeFileSync(emptyFile, '\n');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the access to NATS', () => {
  it('is a token, a user or a file of credentials, from the configuration or from files', () => {
    expect(natsTarget(busOf({ tokenFile: secretFile }))).toMatchObject({ token: secret, user: null });
    const user = { user: 'polynya', passwordFile: secretFile };
    expect(natsTarget(busOf(user))).toMatchObject({ user: 'polynya', password: secret });
    const { credentials } = natsTarget(busOf({ credentialsFile: secretFile }));
    expect(String(credentials)).toContain(secret);
  });

  it.each([
    [() => ({ user: 'polynya', token: secret }), 'exclude each other'],
    [() => ({ password: secret }), 'needs a user'],
    [() => ({ token: secret, tokenFile: secretFile }), 'contradict each other'],
    [() => ({ tokenFile: emptyFile }), 'is empty'],
    [() => ({ credentialsFile: join(folder, 'none') }), 'ENOENT'],
  ])('is refused where it is not clear: case %#', (over, problem) => {
    const refuse = (): unknown => natsTarget(busOf(over()));
    expect(refuse).toThrow(problem);
    expect(refuse).not.toThrow(secret);
  });

  it('stands nowhere in a URL, and comes from the environment before files', () => {
    expect(() => busOf({ servers: [`nats://polynya:${secret}@127.0.0.1`] })).toThrow('keys of their own');
    const flags = { stun: true, bus: 'nats://a:4222,nats://b:4222' };
    const config = configOf(flags, { POLYNYA_BUS_TOKEN: secret });
    expect(config.bus).toMatchObject({ servers: ['nats://a:4222', 'nats://b:4222'], token: secret });
    expect(configOf({ stun: true }, { POLYNYA_BUS_TOKEN: secret }).bus).toBeNull();
    expect(() => configOf({ stun: true, bus: 'http://a' }, {})).toThrow('bus.servers.0');
  });

  it('that is refused is told, and tried again, without the secret', async (context) => {
    const missing = natsObstacle();
    if (missing !== null) context.skip(missing);
    const nats = await startNats({ token: secret });
    const problems: string[] = [];
    const wrong = `${secret}-not`;
    const bus = await openBus(busOf({ servers: [nats.url], token: wrong }), (problem) =>
      problems.push(problem),
    );
    try {
      await expect.poll(() => problems).toEqual([expect.stringMatching(/authorization/i)]);
      expect(bus.state).toBe('away');
      expect(problems.join()).not.toContain(secret);
    } finally {
      await bus.close();
      await nats.close();
    }
  });
});
