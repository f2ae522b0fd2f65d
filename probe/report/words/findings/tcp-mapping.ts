/** RFC 5382 §4.1. */
import type { Behaviour } from '../../../../contract/nat-report.ts';
import { type Sentences, valueTopic } from './topic.ts';

const dependent: Sentences = {
  user: {
    en: 'For TCP the public port changes with the destination: direct TCP connections between two such networks fail.',
    ko: 'TCP의 공인 포트가 목적지에 따라 바뀌므로 이러한 네트워크 사이에서는 TCP로 직접 연결할 수 없습니다.',
  },
  admin: {
    en: 'Where the router offers it, set TCP mapping to endpoint-independent as well (RFC 5382 REQ-1), and source port randomisation off.',
    ko: '공유기가 지원하는 경우 TCP 매핑도 엔드포인트 독립 방식으로 설정하고(RFC 5382 REQ-1) 출발지 포트 무작위화를 해제하십시오.',
  },
};

export const tcpMappingTopic = valueTopic<Behaviour>({
  id: 'tcp-mapping',
  verdict: 'tcpMapping',
  states: {
    'endpoint-independent': {
      user: {
        en: 'For TCP every destination sees the same public port.',
        ko: 'TCP에서는 모든 목적지에 같은 공인 포트가 사용됩니다.',
      },
      admin: null,
    },
    'address-dependent': dependent,
    'port-dependent': dependent,
    'address-and-port-dependent': dependent,
    inconclusive: {
      user: {
        en: 'It is not known how the network maps TCP.',
        ko: '이 네트워크가 TCP를 어떻게 매핑하는지 확인하지 못했습니다.',
      },
      admin: null,
    },
  },
});
