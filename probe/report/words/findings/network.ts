/** What stands in the way besides the NAT. */
import type { ProxyVerdict } from '../../../path/classify-network.ts';
import { valueTopic } from './topic.ts';

export const vpnTopic = valueTopic<boolean | null>({
  id: 'vpn',
  verdict: 'vpn',
  states: {
    yes: {
      user: {
        en: 'A VPN is on: what this report says is about the network at its far end, and calls take the longer way.',
        ko: 'VPN이 켜져 있어 이 보고서는 VPN 출구 쪽 네트워크에 대한 결과이며 통화도 더 먼 경로를 거칩니다.',
      },
      admin: {
        en: 'Let media bypass the VPN (split tunnelling for the STUN and TURN servers), or run TURN where the VPN ends.',
        ko: '미디어가 VPN을 거치지 않도록 STUN 및 TURN 서버에 스플릿 터널링을 적용하거나 VPN 출구 가까이에 TURN 서버를 두십시오.',
      },
    },
    no: {
      user: {
        en: 'No VPN of this host carries the packets.',
        ko: '이 호스트의 VPN을 거치지 않고 패킷이 전송됩니다.',
      },
      admin: null,
    },
    unknown: {
      user: {
        en: 'It is not known whether a VPN carries the packets.',
        ko: '패킷이 VPN을 거치는지 확인하지 못했습니다.',
      },
      admin: null,
    },
  },
});

export const httpProxyTopic = valueTopic<ProxyVerdict>({
  id: 'http-proxy',
  verdict: 'httpProxy',
  states: {
    none: {
      user: {
        en: 'No HTTP proxy is set on this host.',
        ko: '이 호스트에는 HTTP 프록시가 설정되어 있지 않습니다.',
      },
      admin: null,
    },
    works: {
      user: {
        en: 'The HTTP proxy leads to the servers: where nothing else does, calls can be relayed through it.',
        ko: 'HTTP 프록시를 통해 서버에 접속할 수 있으므로 다른 방법이 없을 때 프록시를 거쳐 통화를 중계할 수 있습니다.',
      },
      admin: null,
    },
    'auth-required': {
      user: {
        en: 'The HTTP proxy wants a user name and password.',
        ko: 'HTTP 프록시가 사용자 이름과 비밀번호를 요구합니다.',
      },
      admin: {
        en: 'Let CONNECT to the TURN servers pass the proxy without credentials; browsers do not always have them for media.',
        ko: '브라우저가 미디어 연결에 항상 인증 정보를 사용하지는 않으므로 TURN 서버로의 CONNECT를 인증 없이 허용하십시오.',
      },
    },
    refuses: {
      user: {
        en: 'The HTTP proxy does not lead to the servers.',
        ko: 'HTTP 프록시를 통해 서버에 접속할 수 없습니다.',
      },
      admin: {
        en: 'Allow CONNECT to the TURN servers on port 443 in the proxy.',
        ko: '프록시에서 TURN 서버의 443번 포트로의 CONNECT를 허용하십시오.',
      },
    },
    unreachable: {
      user: {
        en: 'The HTTP proxy that is set on this host does not answer.',
        ko: '이 호스트에 설정된 HTTP 프록시가 응답하지 않습니다.',
      },
      admin: {
        en: 'Correct the proxy in the settings of the host (HTTPS_PROXY), or start it.',
        ko: '호스트의 프록시 설정(HTTPS_PROXY)을 수정하거나 프록시를 실행하십시오.',
      },
    },
    unknown: {
      user: {
        en: 'It is not known whether the proxy leads to the servers.',
        ko: '프록시를 통해 서버에 접속할 수 있는지 확인하지 못했습니다.',
      },
      admin: null,
    },
  },
});

export const captivePortalTopic = valueTopic<boolean | null>({
  id: 'captive-portal',
  verdict: 'captivePortal',
  states: {
    yes: {
      user: {
        en: 'This network wants a login first: open a web page, log in, then probe again.',
        ko: '이 네트워크는 먼저 로그인이 필요합니다. 웹 페이지를 열어 로그인한 후 다시 검사하십시오.',
      },
      admin: {
        en: 'Let STUN and TURN pass before the login as well, or announce the portal (RFC 8910).',
        ko: '로그인 전에도 STUN 및 TURN을 허용하거나 RFC 8910에 따라 포털을 알리십시오.',
      },
    },
    no: {
      user: { en: 'No login page stands in the way.', ko: '로그인 페이지를 거치지 않고 접속할 수 있습니다.' },
      admin: null,
    },
    unknown: {
      user: {
        en: 'It is not known whether the network wants a login first.',
        ko: '이 네트워크가 먼저 로그인을 요구하는지 확인하지 못했습니다.',
      },
      admin: null,
    },
  },
});
