/** RFC 6146, RFC 6877. */
import { rangeTopic, valueTopic } from './topic.ts';

export const nat64Topic = rangeTopic({
  id: 'nat64',
  verdict: 'nat64',
  stateOf: ({ value }) => {
    if (value === null) return 'unknown';
    if (typeof value === 'string') return 'yes';
    return value === false ? 'no' : null;
  },
  states: {
    yes: {
      user: {
        en: 'This network reaches IPv4 through a translator (NAT64, {value}); programs must use names, not IPv4 addresses.',
        ko: '이 네트워크는 변환기(NAT64, {value})를 통해 IPv4에 접속하므로 프로그램은 IPv4 주소 대신 이름을 사용해야 합니다.',
      },
      admin: {
        en: 'Name STUN and TURN servers by host name, so that DNS64 can help, or give them IPv6 addresses.',
        ko: 'DNS64가 동작하도록 STUN 및 TURN 서버를 호스트 이름으로 지정하거나 서버에 IPv6 주소를 할당하십시오.',
      },
    },
    no: {
      user: {
        en: 'The network has no NAT64.',
        ko: '이 네트워크에는 NAT64가 없습니다.',
      },
      admin: null,
    },
    unknown: {
      user: {
        en: 'It is not known whether the network has a NAT64.',
        ko: '이 네트워크에 NAT64가 있는지 확인하지 못했습니다.',
      },
      admin: null,
    },
  },
  examples: {
    yes: { value: '64:ff9b::/96' },
    no: { value: false },
    unknown: { value: null },
  },
});

export const clatTopic = valueTopic<boolean>({
  id: 'clat',
  verdict: 'clat',
  states: {
    yes: {
      user: {
        en: 'This host carries IPv4 over IPv6 (464XLAT), so IPv4 addresses work too.',
        ko: '이 호스트는 IPv4를 IPv6로 전달하므로(464XLAT) IPv4 주소도 사용할 수 있습니다.',
      },
      admin: null,
    },
    no: {
      user: {
        en: 'This host does not carry IPv4 over IPv6 (464XLAT).',
        ko: '이 호스트는 IPv4를 IPv6로 전달하지 않습니다(464XLAT 미사용).',
      },
      admin: null,
    },
  },
});
