import type { NatSummary } from '../../../../contract/nat-report.ts';
import { valueTopic } from './topic.ts';

export const udpTopic = valueTopic<NatSummary['udp']>({
  id: 'udp',
  verdict: 'udp',
  states: {
    open: {
      user: {
        en: 'UDP, which calls prefer, passes this network.',
        ko: '통화에 적합한 UDP를 이 네트워크에서 사용할 수 있습니다.',
      },
      admin: null,
    },
    blocked: {
      user: {
        en: 'UDP does not pass this network, so that media must take a relay over TCP or TLS.',
        ko: '이 네트워크에서는 UDP를 사용할 수 없으므로 미디어가 TCP 또는 TLS 중계를 거쳐야 합니다.',
      },
      admin: {
        en: 'In the firewall allow outgoing UDP 3478 to the TURN server and the answers to it, or at least TCP 443 without TLS inspection.',
        ko: '방화벽에서 TURN 서버로 나가는 UDP 3478번 포트와 그 응답을 허용하십시오. 허용할 수 없다면 최소한 TCP 443번 포트를 TLS 검사 없이 허용하십시오.',
      },
    },
    inconclusive: {
      user: {
        en: 'It is not known whether UDP passes this network.',
        ko: '이 네트워크에서 UDP를 사용할 수 있는지 확인하지 못했습니다.',
      },
      admin: null,
    },
  },
});
