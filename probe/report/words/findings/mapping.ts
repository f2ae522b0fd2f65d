/** RFC 4787 §4.1. */
import type { Behaviour } from '../../../../contract/nat-report.ts';
import { type Localized, valueTopic } from './topic.ts';

/** REQ-1: a NAT must have endpoint-independent mapping. */
const makeIndependent: Localized = {
  en: 'Where the router offers it, set NAT to endpoint-independent mapping (also “full cone” or “cone”), and source port randomisation off.',
  ko: '공유기가 지원하는 경우 NAT 방식을 엔드포인트 독립 매핑(“Full Cone” 또는 “Cone”)으로 설정하고 출발지 포트 무작위화를 해제하십시오.',
};

export const mappingTopic = valueTopic<Behaviour>({
  id: 'mapping',
  verdict: 'mapping',
  states: {
    'endpoint-independent': {
      user: {
        en: 'The network keeps one public port for all destinations, which is what direct connections need.',
        ko: '이 네트워크는 모든 상대에게 같은 공인 포트를 사용하므로 직접 연결에 적합합니다.',
      },
      admin: null,
    },
    'address-dependent': {
      user: {
        en: 'The network uses another public port for every destination address, so direct connections fail with many peers.',
        ko: '이 네트워크는 상대의 주소마다 다른 공인 포트를 사용하므로 많은 상대와 직접 연결할 수 없습니다.',
      },
      admin: makeIndependent,
    },
    'port-dependent': {
      user: {
        en: 'The network uses another public port for every destination port, so direct connections fail with many peers.',
        ko: '이 네트워크는 상대의 포트마다 다른 공인 포트를 사용하므로 많은 상대와 직접 연결할 수 없습니다.',
      },
      admin: makeIndependent,
    },
    'address-and-port-dependent': {
      user: {
        en: 'The network uses another public port for every destination, so direct connections fail with most peers behind a NAT.',
        ko: '이 네트워크는 상대마다 다른 공인 포트를 사용하므로 NAT 뒤에 있는 대부분의 상대와 직접 연결할 수 없습니다.',
      },
      admin: makeIndependent,
    },
    inconclusive: {
      user: {
        en: 'It is not known whether the network keeps one public port for all destinations.',
        ko: '이 네트워크가 모든 상대에게 같은 공인 포트를 사용하는지 확인하지 못했습니다.',
      },
      admin: null,
    },
  },
});
