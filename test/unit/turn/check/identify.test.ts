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
      knowledge.note('embedded-ipv4-allowed', false, '403');
      knowledge.note('mapped-loopback-allowed', true, 'success');
    });
    expect([found.version?.atLeast, found.version?.before?.text]).toEqual([null, '4.9.0']);
    expect(found.advisories.map(({ id }) => id)).toEqual(['CVE-2026-27624']);
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
