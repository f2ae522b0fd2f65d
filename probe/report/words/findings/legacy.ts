/** RFC 3489 §5: the names that people know, as labels only. What to change stands at mapping, filtering and UDP. */
import type { LegacyName } from '../../../../contract/nat-report.ts';
import { valueTopic } from './topic.ts';

export const legacyTopic = valueTopic<LegacyName>({
  id: 'legacy',
  verdict: 'legacy',
  states: {
    'open-internet': {
      user: {
        en: 'Nothing translates or filters: everybody can reach this host directly.',
        ko: '주소 변환이나 필터링이 없어 누구나 이 호스트에 직접 접속할 수 있습니다.',
      },
      admin: null,
    },
    'symmetric-udp-firewall': {
      user: {
        en: 'A public address behind a firewall: direct connections work, since this host speaks first.',
        ko: '공인 주소가 방화벽 뒤에 있지만 이 호스트가 먼저 패킷을 보내므로 직접 연결할 수 있습니다.',
      },
      admin: null,
    },
    'full-cone': {
      user: {
        en: 'The friendliest kind of NAT: direct connections work with everybody who has UDP.',
        ko: '가장 연결하기 쉬운 NAT로, UDP를 사용할 수 있는 모든 상대와 직접 연결할 수 있습니다.',
      },
      admin: null,
    },
    'restricted-cone': {
      user: {
        en: 'A friendly kind of NAT: direct connections work with nearly everybody.',
        ko: '연결하기 쉬운 NAT로, 거의 모든 상대와 직접 연결할 수 있습니다.',
      },
      admin: null,
    },
    'port-restricted-cone': {
      user: {
        en: 'The usual home router: direct connections work, except with peers behind a symmetric NAT.',
        ko: '일반적인 가정용 공유기이며, 대칭형 NAT 뒤에 있는 상대를 제외하면 직접 연결할 수 있습니다.',
      },
      admin: null,
    },
    symmetric: {
      user: {
        en: 'The hardest kind of NAT: a TURN relay is needed for most peers.',
        ko: '연결하기 가장 어려운 NAT로, 대부분의 상대와 연결하려면 TURN 중계가 필요합니다.',
      },
      admin: null,
    },
    'udp-blocked': {
      user: {
        en: 'No UDP: a TURN relay over TCP or TLS is needed for everybody.',
        ko: 'UDP를 사용할 수 없어 모든 상대와 연결할 때 TCP 또는 TLS 기반 TURN 중계가 필요합니다.',
      },
      admin: null,
    },
    inconclusive: {
      user: {
        en: 'No name of RFC 3489 fits what could be found out.',
        ko: '확인된 내용에 해당하는 RFC 3489의 이름이 없습니다.',
      },
      admin: null,
    },
  },
});
