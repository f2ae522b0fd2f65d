import type { LegacyName } from '../../../contract/nat-report.ts';
import type { HeadlineFacts, Words } from './headline-words.ts';

/** Each reads on with 이며 or 이므로. */
const networks: Record<LegacyName, string> = {
  'open-internet': '필터링이 없는 공인 주소 환경',
  'symmetric-udp-firewall': '공인 주소를 사용하지만 방화벽 뒤에 있는 환경',
  'full-cone': 'Full Cone NAT 환경',
  'restricted-cone': '주소 제한(Restricted Cone) NAT 환경',
  'port-restricted-cone': '대부분의 가정용 공유기와 같은 포트 제한(Port Restricted Cone) NAT 환경',
  symmetric: '대칭형(Symmetric) NAT 환경',
  'udp-blocked': 'UDP가 차단된 환경',
  inconclusive: '유형을 판별할 수 없는 환경',
};

const behind = ({ onSite, network }: HeadlineFacts) =>
  onSite
    ? '이 호스트와 서버가 같은 사이트에 있어 그 사이에 NAT가 없으며,'
    : `이 네트워크는 ${networks[network]}이며,`;

const none = () => [];

export const ko: Words = {
  headline: {
    'nothing-answered': {
      user: () => '어떤 전송 방식으로도 서버의 응답을 받지 못하여 이 네트워크의 상태를 판단할 수 없습니다.',
      advice: () => ['이 호스트의 인터넷 연결과 서버의 동작 여부를 확인한 후 다시 검사하십시오.'],
      admin:
        '방화벽에서 해당 서버로 나가는 UDP 및 TCP 3478번과 TCP 5349번 또는 443번 포트가 허용되어 있는지 확인하십시오.',
    },
    'udp-blocked-relay-works': {
      user: ({ relayTransports }) =>
        `이 네트워크에서는 UDP가 차단되어 있지만, TURN 중계(${relayTransports})를 통해 통화를 연결할 수 있습니다.`,
      advice: () => [
        'TCP로 전송되는 미디어는 패킷 손실이 발생하면 품질이 저하됩니다. 네트워크 관리자에게 TURN 서버로의 UDP 통신 허용을 요청하십시오.',
      ],
      admin: null,
    },
    'udp-blocked': {
      user: () =>
        '이 네트워크에서는 UDP가 차단되어 있고 TCP 또는 TLS로 사용할 수 있는 중계 서버도 찾지 못하여 통화를 연결할 수 없습니다.',
      advice: () => [
        '대부분의 방화벽을 통과하는 443번 포트의 TLS 기반 TURN(turns:HOST:443?transport=tcp)을 구성하십시오.',
        '또는 네트워크 관리자에게 STUN 및 TURN 서버로의 UDP 통신 허용을 요청하십시오.',
      ],
      admin: null,
    },
    'udp-not-tested': {
      user: () => '이 네트워크에서 UDP를 사용할 수 있는지 확인하지 못했습니다.',
      advice: () => ['UDP를 지원하는 STUN 서버를 지정하여 다시 검사하십시오.'],
      admin: null,
    },
    'mapping-inconclusive': {
      user: () => 'UDP는 사용할 수 있지만 NAT의 매핑 방식을 확인하지 못했습니다.',
      advice: () => [
        'RFC 5780을 지원하는 서버(polynya serve 또는 주소가 두 개인 coturn)로 검사하거나 STUN 서버를 여러 개 지정하십시오.',
      ],
      admin: null,
    },
    'dependent-mapping': {
      user: ({ network, relay, relayTransports }) => {
        const end = {
          works: ` TURN 중계는 ${relayTransports}로 사용할 수 있습니다.`,
          fails: ' 지정한 TURN 서버 중 사용할 수 있는 서버도 없습니다.',
          none: '',
        }[relay];
        return `이 네트워크는 ${networks[network]}이므로 많은 상대와 직접 연결할 수 없습니다.${end}`;
      },
      advice: ({ relay }) =>
        relay === 'works'
          ? []
          : [
              '이러한 네트워크의 사용자에게는 TURN 서버를 제공하십시오. TURN 서버가 없으면 가정 및 모바일 사용자와의 통화가 실패합니다.',
            ],
      admin: null,
    },
    'same-machine': {
      user: () =>
        '모두 정상적으로 동작하지만 서버가 이 컴퓨터에서 실행되고 있으므로 NAT에 대해서는 아직 알 수 없습니다.',
      advice: () => [
        '공유기 바깥에 있는 서버로 검사하십시오. 공인 호스트에서 polynya serve --listen을 실행하거나 사용 중인 STUN 서버를 지정하면 됩니다.',
      ],
      admin: null,
    },
    'filtering-inconclusive': {
      user: () =>
        '매핑이 엔드포인트 독립 방식이므로 대부분의 상대와 직접 연결할 수 있을 것으로 예상되지만, 필터링 방식은 확인하지 못했습니다.',
      advice: none,
      admin: null,
    },
    'direct-only': {
      user: (facts) =>
        `${behind(facts)} 대부분의 상대와 직접 연결할 수 있지만, 직접 연결할 수 없는 상대를 위한 TURN 서버는 모두 사용할 수 없습니다.`,
      advice: none,
      admin:
        'TURN 서버의 상태를 점검하고 방화벽에서 해당 포트(UDP 및 TCP 3478번, TCP 5349번 또는 443번)가 허용되어 있는지 확인하십시오.',
    },
    'direct-works': {
      user: (facts) => `${behind(facts)} 대부분의 상대와 직접 연결할 수 있습니다.`,
      advice: none,
      admin: null,
    },
  },
  titles: { next: '다음 조치', admin: '관리자 안내' },
};
