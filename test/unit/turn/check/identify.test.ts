import { describe, expect, it } from 'vitest';
import { identify } from '../../../../turn/check/identify.ts';
import { Knowledge } from '../../../../turn/check/knowledge.ts';

function seen(change: (knowledge: Knowledge) => void): ReturnType<typeof identify> {
  const knowledge = new Knowledge();
  change(knowledge);
  return identify(knowledge);
}

describe('which server this is', () => {
  it('claims nothing without a mark', () => {
    expect(seen(() => {})).toMatchObject({ family: 'unknown', version: null, advisories: [] });
  });

  it('a version in SOFTWARE is not believed; behaviour is', () => {
    const found = seen((knowledge) => {
      knowledge.software = 'Coturn-4.17.1';
      knowledge.note('old-channel-range', true, 'channel 0x5000 was bound');
    });
    expect(found.family).toBe('coturn');
    expect(found.version?.before?.text).toBe('4.16.0');
    expect(found.version?.atLeast).toBeNull();
  });

  it('narrows the range from both sides', () => {
    const found = seen((knowledge) => {
      knowledge.software = 'Coturn';
      knowledge.note('old-channel-range', true, '');
      knowledge.note('padding-leaks', false, '');
      knowledge.note('short-nonce', true, '');
    });
    expect([found.version?.atLeast?.text, found.version?.before?.text]).toEqual(['4.15.0', '4.16.0']);
  });

  it('what is present weighs more than what a deny rule may hide', () => {
    const found = seen((knowledge) => {
      knowledge.software = 'Coturn';
      knowledge.note('padding-leaks', false, '');
      knowledge.refusedPeers.add('127.0.0.1');
      knowledge.acceptedPeers.add('::ffff:127.0.0.1');
    });
    expect([found.version?.atLeast, found.version?.before?.text]).toEqual([null, '4.9.0']);
    expect(found.advisories.map(({ id }) => id)).toEqual(['CVE-2026-27624']);
  });

  it('what the operator allows on purpose is no flaw', () => {
    const found = seen((knowledge) => {
      knowledge.software = 'Coturn';
      for (const address of ['127.0.0.1', '::1', '::ffff:127.0.0.1']) knowledge.acceptedPeers.add(address);
    });
    expect(found).toMatchObject({ advisories: [], version: { before: null } });
  });

  it('0.0.0.0 beside a refused 127.0.0.1 is one', () => {
    const found = seen((knowledge) => {
      knowledge.software = 'Coturn';
      knowledge.refusedPeers.add('127.0.0.1');
      knowledge.acceptedPeers.add('0.0.0.0');
    });
    expect(found.advisories.map(({ id }) => id)).toEqual(['CVE-2020-26262']);
    expect(found.version?.before?.text).toBe('4.5.2');
  });

  it('another name in SOFTWARE is another server, whatever its nonces look like', () => {
    const found = seen((knowledge) => {
      knowledge.software = 'other 1.0';
      knowledge.nonces.push('0123456789abcdef');
      knowledge.note('reason-counts-padding', true, '');
    });
    expect(found).toMatchObject({ family: 'unknown', version: null });
  });
});
