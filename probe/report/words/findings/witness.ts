/** What the server saw: which way packets get lost, or that the server itself is silent. */
import type { WitnessValue } from '../../../nat/classify-witness.ts';
import { valueTopic } from './topic.ts';

export const witnessTopic = valueTopic<WitnessValue>({
  id: 'witness',
  verdict: 'witness',
  states: {
    clean: {
      user: {
        en: 'Every request arrived at the server and every answer came back: no packet loss was seen.',
        ko: '모든 요청이 서버에 도착했고 모든 응답이 돌아왔습니다. 패킷 손실은 관찰되지 않았습니다.',
      },
      admin: null,
    },
    'uplink-loss': {
      user: {
        en: 'Some packets get lost on the way from this host to the server, which disturbs what others hear and see of you.',
        ko: '이 호스트에서 서버로 가는 패킷의 일부가 손실되어 상대방이 보고 듣는 품질이 저하됩니다.',
      },
      admin: {
        en: 'Look for loss on the way out: Wi-Fi, a full upload line, or shaping in the router.',
        ko: '나가는 경로의 손실 원인(Wi-Fi, 포화된 업로드 회선, 공유기의 트래픽 제한)을 확인하십시오.',
      },
    },
    'downlink-loss': {
      user: {
        en: 'Some packets get lost on the way from the server to this host, which disturbs what you hear and see of others.',
        ko: '서버에서 이 호스트로 오는 패킷의 일부가 손실되어 상대방을 보고 듣는 품질이 저하됩니다.',
      },
      admin: {
        en: 'Look for loss on the way in: Wi-Fi, a full download line, or shaping in the router.',
        ko: '들어오는 경로의 손실 원인(Wi-Fi, 포화된 다운로드 회선, 공유기의 트래픽 제한)을 확인하십시오.',
      },
    },
    'loss-both-ways': {
      user: {
        en: 'Some packets get lost both on the way to the server and on the way back.',
        ko: '서버로 가는 경로와 돌아오는 경로 모두에서 패킷의 일부가 손실됩니다.',
      },
      admin: {
        en: 'Look for loss on this line: Wi-Fi, an overloaded link, or shaping in the router.',
        ko: '이 회선의 손실 원인(Wi-Fi, 과부하된 링크, 공유기의 트래픽 제한)을 확인하십시오.',
      },
    },
    'uplink-blocked': {
      user: {
        en: 'Nothing that this host sends over UDP arrives at the server.',
        ko: '이 호스트가 UDP로 보내는 패킷이 서버에 전혀 도착하지 않습니다.',
      },
      admin: {
        en: 'Allow outgoing UDP to the server’s ports in the firewall here, and incoming UDP in the firewall of the server.',
        ko: '이 네트워크의 방화벽에서 서버 포트로 나가는 UDP를 허용하고, 서버의 방화벽에서 들어오는 UDP를 허용하십시오.',
      },
    },
    'downlink-blocked': {
      user: {
        en: 'What this host sends over UDP arrives at the server, but the answers do not come back in.',
        ko: '이 호스트가 UDP로 보내는 패킷은 서버에 도착하지만 응답이 돌아오지 않습니다.',
      },
      admin: {
        en: 'Let answers to outgoing UDP back in: make the firewall rule stateful (established connections).',
        ko: '나가는 UDP에 대한 응답이 들어올 수 있도록 방화벽 규칙을 상태 기반(established)으로 설정하십시오.',
      },
    },
    'server-mute': {
      user: {
        en: 'The server receives the requests and does not answer them; this network did its part.',
        ko: '서버가 요청을 받고도 응답하지 않습니다. 이 네트워크에는 문제가 없습니다.',
      },
      admin: {
        en: 'Look at the log and the outgoing firewall of the STUN server.',
        ko: 'STUN 서버의 로그와 나가는 방향의 방화벽을 확인하십시오.',
      },
    },
    unavailable: {
      user: {
        en: 'The server could not be asked what arrived there, so that loss and filters are told apart by chance only.',
        ko: '서버에 무엇이 도착했는지 확인하지 못하여 손실과 필터링을 확률로만 구분했습니다.',
      },
      admin: null,
    },
  },
});
