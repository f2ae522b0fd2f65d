/** What a filter remembers of the peers that a host has sent to (RFC 4787 §5). */
import type { FilterScope } from '../../../nat/punch-class.ts';
import { valueTopic } from './topic.ts';

export const filterScopeTopic = valueTopic<FilterScope | 'unknown'>({
  id: 'filter-scope',
  verdict: 'filterScope',
  states: {
    mapping: {
      user: {
        en: 'Each public port of this host lets in only the peers that it was opened for.',
        ko: '이 호스트의 각 공인 포트는 그 포트를 연 상대방의 패킷만 받아들입니다.',
      },
      admin: {
        en: 'Turn on endpoint-independent mapping in the NAT (RFC 4787 REQ-1), so that one public port serves all peers.',
        ko: 'NAT에서 엔드포인트 독립 매핑(RFC 4787 REQ-1)을 켜서 하나의 공인 포트를 모든 상대방에게 사용하도록 하십시오.',
      },
    },
    endpoint: {
      user: {
        en: 'A peer that this host has sent to gets in at any of its public ports, which helps direct connections.',
        ko: '이 호스트가 패킷을 보낸 적이 있는 상대방은 이 호스트의 어느 공인 포트로도 들어올 수 있어 직접 연결에 유리합니다.',
      },
      admin: null,
    },
    unknown: {
      user: {
        en: 'It is not known which public ports of this host a peer may use, or it makes no difference.',
        ko: '상대방이 이 호스트의 어느 공인 포트를 이용할 수 있는지 확인하지 못했거나, 결과에 영향이 없습니다.',
      },
      admin: null,
    },
  },
});
