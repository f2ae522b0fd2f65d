/** PCP (RFC 6887), NAT-PMP (RFC 6886) and UPnP IGD: may programs open ports in the nearest router? */
import { rangeTopic } from './topic.ts';

export const portMappingTopic = rangeTopic({
  id: 'port-mapping',
  verdict: 'portMapping',
  stateOf: ({ value }) => {
    if (value === null) return 'unknown';
    if (!Array.isArray(value)) return null;
    return value.length === 0 ? 'none' : 'offered';
  },
  states: {
    offered: {
      user: {
        en: 'The nearest router takes requests of programs to open a port ({value}).',
        ko: '가장 가까운 공유기는 프로그램의 포트 개방 요청을 받습니다({value}).',
      },
      admin: {
        en: 'Where no program needs it, turn UPnP, NAT-PMP and PCP off in the router: every device inside may open ports.',
        ko: '필요한 프로그램이 없다면 내부의 모든 기기가 포트를 열 수 있으므로 공유기에서 UPnP, NAT-PMP, PCP를 끄십시오.',
      },
    },
    none: {
      user: {
        en: 'The nearest router takes no requests of programs to open a port.',
        ko: '가장 가까운 공유기는 프로그램의 포트 개방 요청을 받지 않습니다.',
      },
      admin: {
        en: 'If programs shall open ports by themselves, turn on PCP, NAT-PMP or UPnP in the router, often found under “NAT forwarding” or “Advanced”.',
        ko: '프로그램이 스스로 포트를 열게 하려면 공유기의 “NAT 포워딩” 또는 “고급 설정” 메뉴에서 PCP, NAT-PMP 또는 UPnP를 켜십시오.',
      },
    },
    unknown: {
      user: {
        en: 'It is not known whether the nearest router takes requests to open a port.',
        ko: '가장 가까운 공유기가 포트 개방 요청을 받는지 확인하지 못했습니다.',
      },
      admin: null,
    },
  },
  examples: { offered: { value: ['pcp', 'upnp-igd'] }, none: { value: [] }, unknown: { value: null } },
});
