/** RFC 4787 §5. */
import type { Behaviour } from '../../../../contract/nat-report.ts';
import { valueTopic } from './topic.ts';

export const filteringTopic = valueTopic<Behaviour>({
  id: 'filtering',
  verdict: 'filtering',
  states: {
    'endpoint-independent': {
      user: {
        en: 'Once a port is open, anyone may send to it: every peer gets through.',
        ko: '한 번 열린 포트로는 누구나 패킷을 보낼 수 있으므로 모든 상대가 접속할 수 있습니다.',
      },
      admin: null,
    },
    'address-dependent': {
      user: {
        en: 'Only addresses that were sent to before may answer, which calls arrange for by themselves.',
        ko: '먼저 패킷을 보낸 주소에서 오는 응답만 들어오며, 통화 프로그램은 이를 스스로 처리합니다.',
      },
      // REQ-8 recommends this behaviour where a filter is wanted at all.
      admin: null,
    },
    'port-dependent': {
      user: {
        en: 'Only ports that were sent to before may answer, which calls arrange for by themselves.',
        ko: '먼저 패킷을 보낸 포트에서 오는 응답만 들어오며, 통화 프로그램은 이를 스스로 처리합니다.',
      },
      admin: null,
    },
    'address-and-port-dependent': {
      user: {
        en: 'Only the very address and port that were sent to may answer: calls work, except with peers whose own port changes.',
        ko: '먼저 패킷을 보낸 주소와 포트에서 오는 응답만 들어오므로, 포트가 계속 바뀌는 상대를 제외하면 통화가 가능합니다.',
      },
      admin: {
        en: 'Where the router offers it, set NAT filtering to address-restricted or endpoint-independent, so that peers behind symmetric NATs connect as well (RFC 4787 REQ-8).',
        ko: '대칭형 NAT 뒤에 있는 상대와의 연결을 위해 공유기가 지원하는 경우 NAT 필터링을 주소 제한 또는 엔드포인트 독립 방식으로 설정하십시오(RFC 4787 REQ-8).',
      },
    },
    inconclusive: {
      user: {
        en: 'It is not known from where the network lets packets in.',
        ko: '이 네트워크가 어디에서 오는 패킷을 허용하는지 확인하지 못했습니다.',
      },
      admin: null,
    },
  },
});
