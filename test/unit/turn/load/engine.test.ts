import { describe, expect, it } from 'vitest';
import { loadProfileSchema } from '../../../../contract/load-profile.ts';
import { chooseEngine, type EngineFacts, transportsOf } from '../../../../turn/load/engine.ts';

const linux: EngineFacts = {
  platform: 'linux',
  arch: 'x64',
  isLittleEndian: true,
  libcProblem: null,
  ringProblem: null,
  sharesThread: false,
};

describe('the engine of a worker', () => {
  it.each([
    ['Linux and UDP', 'auto', {}, ['udp'], 'ring', 'all streams go over UDP'],
    ['arm64 too', 'auto', { arch: 'arm64' }, ['udp'], 'ring', 'Linux'],
    ['a container that forbids rings', 'auto', { ringProblem: 'EPERM' }, ['udp'], 'batched', 'EPERM'],
    ['a ring asked for, and none', 'ring', { ringProblem: 'ENOSYS' }, ['udp'], 'batched', 'ENOSYS'],
    ['a ring asked for', 'ring', { sharesThread: true }, ['udp'], 'ring', 'asked for'],
    ['calls asked for', 'batched', {}, ['udp'], 'batched', 'asked for'],
    ['another system', 'auto', { platform: 'darwin' }, ['udp'], 'portable', 'darwin'],
    ['another layout of memory', 'auto', { arch: 'ia32' }, ['udp'], 'portable', 'ia32'],
    ['another order of bytes', 'auto', { isLittleEndian: false }, ['udp'], 'portable', 'layout'],
    ['a stream over TLS in the mix', 'auto', {}, ['udp', 'tls'], 'portable', 'TCP or TLS'],
    ['no library', 'auto', { libcProblem: 'no koffi.node' }, ['udp'], 'portable', 'no koffi.node'],
    ['a problem of many words', 'auto', { libcProblem: 'x'.repeat(999) }, ['udp'], 'portable', 'xxx'],
    ['others in the thread', 'auto', { sharesThread: true }, ['udp'], 'portable', 'same thread'],
    ['others in the thread, and asked for', 'batched', { sharesThread: true }, ['udp'], 'batched', 'asked'],
    ['asked for, and impossible', 'batched', { platform: 'win32' }, ['udp'], 'portable', 'win32'],
    ['asked for', 'portable', {}, ['udp'], 'portable', 'asked for'],
  ] as const)('%s', (_name, wanted, differing, transports, kind, reason) => {
    const use = chooseEngine(wanted, { ...linux, ...differing }, transports);
    expect(use.kind).toBe(kind);
    expect(use.reason).toContain(reason);
    expect(use.reason.length).toBeLessThanOrEqual(300);
  });

  it('a stream goes as the URI says, unless it says otherwise itself', () => {
    const profile = loadProfileSchema.parse({ traffic: { mix: [{}, { transport: 'tls' }] } });
    expect(transportsOf(profile, 'udp')).toEqual(['udp', 'tls']);
  });
});
