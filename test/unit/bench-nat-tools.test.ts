import { describe, expect, it } from 'vitest';
import { grade, median, natTools } from '../../bench/nat-tools.mjs';

function read(tool: string, output: string) {
  const found = natTools.find(({ name }) => name.startsWith(tool));
  if (found === undefined) throw new Error(`no tool ${tool}`);
  return found.read(output);
}

const rule = '========================================';

describe('reading turnutils_natdiscovery', () => {
  it.each([
    ['NAT with Endpoint Independent Mapping!', 'endpoint-independent'],
    ['No NAT! (Endpoint Independent Mapping)', 'endpoint-independent'],
    ['NAT with Address Dependent Mapping!', 'address-dependent'],
    ['NAT with Address and Port Dependent Mapping!', 'address-and-port-dependent'],
  ])('%s', (line, mapping) => {
    const output = `-= Mapping Behavior Discovery =-\n\n${rule}\nRFC 5780 response 1\n${rule}\n${line}\n${rule}\n`;
    expect(read('turnutils', output)).toEqual({ mapping, filtering: null });
  });

  it('reads both axes of one run', () => {
    const output = [
      '-= Mapping Behavior Discovery =-',
      'NAT with Endpoint Independent Mapping!',
      '-= Filtering Behavior Discovery =-',
      'STUN receive timeout..',
      'NAT with Address and Port Dependent Filtering!',
    ].join('\n');
    expect(read('turnutils', output)).toEqual({
      mapping: 'endpoint-independent',
      filtering: 'address-and-port-dependent',
    });
  });

  it('a run without a verdict said nothing', () => {
    expect(read('turnutils', 'STUN receive timeout..\n')).toEqual({ mapping: null, filtering: null });
  });
});

it('reads node-stun’s last line', () => {
  const output =
    'MAPPED0: addr=203.0.113.1:46751\n{"result":0,"mapping":"APD","filtering":"UNDEF","natType":"Symmetric"}\n';
  expect(read('node-stun', output)).toEqual({ mapping: 'address-and-port-dependent', filtering: null });
});

describe('reading vovida’s stun-client', () => {
  const printed = (line: string) =>
    `STUN client version 0.97\nPrimary: ${line}\t\nReturn value is 0x000013\n`;
  const anyDependent = ['address-dependent', 'port-dependent', 'address-and-port-dependent'];

  it.each([
    ['Open', 'endpoint-independent', 'endpoint-independent'],
    [
      'Independent Mapping, Independent Filter, preserves ports, no hairpin',
      'endpoint-independent',
      'endpoint-independent',
    ],
    [
      'Independent Mapping, Address Dependent Filter, preserves ports, no hairpin',
      'endpoint-independent',
      'address-dependent',
    ],
    [
      'Independent Mapping, Port Dependent Filter, preserves ports, no hairpin',
      'endpoint-independent',
      'address-and-port-dependent',
    ],
    [
      'Dependent Mapping, preserves ports, no hairpin',
      anyDependent,
      ['endpoint-independent', ...anyDependent],
    ],
    ['Blocked or could not reach STUN server', null, null],
  ])('%s', (line, mapping, filtering) => {
    expect(read('vovida', printed(line))).toEqual({ mapping, filtering });
  });

  it('without its verdict line there is no verdict', () => {
    expect(() => read('vovida', 'STUN client version 0.97\n')).toThrow();
  });
});

it('reads a NAT report', () => {
  const output = JSON.stringify({
    body: { nat: { mapping: 'address-dependent', filtering: 'inconclusive' } },
  });
  expect(read('polynya', output)).toEqual({ mapping: 'address-dependent', filtering: null });
});

it('grades on both axes', () => {
  const truth = { mapping: 'address-dependent', filtering: 'endpoint-independent' };
  expect(grade(truth, truth)).toBe('right');
  expect(grade({ ...truth, filtering: null }, truth)).toBe('inconclusive');
  expect(grade({ mapping: 'endpoint-independent', filtering: null }, truth)).toBe('wrong');
  expect(grade({ mapping: null, filtering: null }, truth)).toBe('inconclusive');
  const coarse = { mapping: ['address-dependent', 'port-dependent'], filtering: 'endpoint-independent' };
  expect(grade(coarse, truth)).toBe('right');
  expect(grade({ ...coarse, mapping: ['port-dependent'] }, truth)).toBe('wrong');
});

it('takes the median', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
});
