/**
 * Korean for the failures that a probe meets at a server; English is the catalogue's own (`contract/failures.ts`). A
 * test proves that every code that the probe and its clients use stands here.
 */
import type { FailureCode } from '../../../contract/failures.ts';

export interface FailureText {
  readonly meaning: string;
  readonly next: string;
}

export const koreanFailures = {
  // – this host
  'local-bind-failed': {
    meaning: '이 호스트에서 지정한 주소로 소켓을 열지 못했습니다.',
    next: '이 호스트가 가진 주소를 지정하거나(--bind) 지정하지 마십시오.',
  },
  'local-no-route': {
    meaning: '이 호스트에 해당 주소 체계의 경로가 없습니다.',
    next: '호스트를 네트워크에 연결하거나 지원하지 않는 주소 체계의 서버를 제외하십시오.',
  },
  'local-send-blocked': {
    meaning: '운영 체제가 패킷 전송을 거부했습니다(호스트 방화벽 또는 보안 프로그램).',
    next: '호스트 방화벽에서 이 프로그램의 외부 UDP 통신을 허용하십시오.',
  },
  'address-forbidden': {
    meaning: '이 서버를 시험할 서비스가 이 주소와 통신하도록 허용되어 있지 않습니다.',
    next: '다른 곳의 서버를 지정하거나 서비스 설정의 reach.deny에서 이 주소를 빼십시오.',
  },
  // – name and path
  'dns-not-found': {
    meaning: '서버 이름에 해당하는 주소가 없습니다.',
    next: '호스트 이름의 철자와 이 네트워크의 DNS에 등록되어 있는지를 확인하십시오.',
  },
  'dns-failed': {
    meaning: '이름 서버가 응답하지 않았습니다.',
    next: '이 호스트의 DNS 설정을 확인하고, 서버 이름 대신 IP 주소로 시도하십시오.',
  },
  timeout: {
    meaning: '여러 번 다시 보냈지만 응답이 없습니다.',
    next: '서버가 동작하는지, 경로의 방화벽이 해당 전송 방식과 포트를 허용하는지 확인하십시오.',
  },
  refused: {
    meaning: '호스트는 있지만 해당 포트에서 동작하는 프로그램이 없습니다.',
    next: '서버를 시작하거나 URI의 포트와 전송 방식을 바로잡으십시오.',
  },
  unreachable: {
    meaning: '네트워크에서 해당 호스트에 도달할 수 없다고 응답했습니다.',
    next: '해당 주소로 가는 경로의 라우팅과 방화벽을 확인하십시오.',
  },
  'connection-closed': {
    meaning: '응답이 오기 전에 연결이 끊어졌습니다.',
    next: '서버 로그를 확인하십시오. 앞단의 프록시나 로드 밸런서가 이 프로토콜을 통과시키지 않을 수 있습니다.',
  },
  'udp-blocked': {
    meaning: '이 네트워크에서 UDP 패킷이 나가지 못하거나 응답이 돌아오지 못합니다.',
    next: '서버로의 UDP 3478번 포트를 허용하도록 요청하거나 443번 포트의 TLS 기반 TURN을 제공하십시오.',
  },
  // – TLS
  'tls-failed': {
    meaning: 'TLS 핸드셰이크를 완료하지 못했습니다.',
    next: '해당 포트가 TLS를 사용하고 TLS 1.2 이상을 지원하는지 확인하십시오.',
  },
  'tls-certificate-expired': {
    meaning: '서버 인증서가 만료되었습니다.',
    next: '인증서를 갱신한 후 서버에 다시 적용하십시오.',
  },
  'tls-certificate-name': {
    meaning: '서버 인증서가 다른 이름으로 발급되었습니다.',
    next: '인증서에 있는 이름을 사용하거나 이 이름이 포함된 인증서를 발급하십시오.',
  },
  'tls-certificate-untrusted': {
    meaning: '서버 인증서가 이 호스트가 신뢰하는 기관에서 서명되지 않았습니다.',
    next: '공인 인증 기관의 전체 인증서 체인을 제공하거나 NODE_EXTRA_CA_CERTS로 자체 기관을 신뢰하도록 설정하십시오.',
  },
  // – STUN and TURN answers
  'stun-malformed': {
    meaning: '올바른 STUN 메시지가 아닌 응답을 받았습니다.',
    next: '해당 포트가 STUN 또는 TURN 서버의 포트인지 확인하십시오.',
  },
  'stun-wrong-source': {
    meaning: '요청한 주소가 아닌 다른 주소에서 응답이 왔습니다.',
    next: '클라이언트가 사용하는 주소에 서버를 바인딩하십시오(coturn: listening-ip).',
  },
  'stun-integrity': {
    meaning: '응답의 MESSAGE-INTEGRITY가 인증 정보와 맞지 않습니다.',
    next: '경로에서 패킷이 변경되지 않는지, realm과 비밀번호가 서버와 일치하는지 확인하십시오.',
  },
  'stun-unknown-attribute': {
    meaning: '클라이언트가 반드시 이해해야 하는 속성이 응답에 있으나, 이 클라이언트는 알지 못합니다.',
    next: '서버와의 경로에 무엇이 있는지, 그리고 양쪽이 RFC 8489를 따르는지 확인하십시오.',
  },
  'stun-no-mapped-address': {
    meaning: 'Binding 응답에 매핑된 주소가 없습니다.',
    next: '이 STUN 서버를 업데이트하거나 교체하십시오.',
  },
  'stun-300': {
    meaning: '서버가 다른 서버로 안내했습니다(300 Try Alternate).',
    next: 'ALTERNATE-SERVER에 있는 서버를 사용하십시오.',
  },
  'stun-400': {
    meaning: '서버가 요청의 형식이 잘못되었다고 응답했습니다(400).',
    next: '해당 포트가 의도한 종류의 STUN 또는 TURN 서버인지 확인하십시오.',
  },
  'stun-420': {
    meaning: '서버가 필수 속성을 알지 못합니다(420).',
    next: '이 검사에 필요한 기능이 없으므로 서버를 업데이트하십시오.',
  },
  'stun-500': {
    meaning: '서버에서 내부 오류가 발생했습니다(500).',
    next: '서버 로그를 확인하십시오.',
  },
  'stun-unexpected-error': {
    meaning: '서버가 이 요청에 맞지 않는 오류 코드로 응답했습니다.',
    next: '서버 로그에서 이 요청을 확인하십시오.',
  },
  'turn-credentials-missing': {
    meaning: 'TURN 서버가 인증 정보를 요구하지만 지정되지 않았습니다.',
    next: '--username과 --credential 또는 --secret을 지정하거나 POLYNYA_TURN_USERNAME과 POLYNYA_TURN_CREDENTIAL을 설정하십시오.',
  },
  'turn-401': {
    meaning: 'TURN 서버가 사용자 이름 또는 비밀번호를 거부했습니다(인증 후 401).',
    next: '사용자 이름, 비밀번호, 만료 시각을 확인하십시오. 공유 비밀을 사용한다면 양쪽의 값이 같고 시계가 맞는지 확인하십시오.',
  },
  'turn-403': {
    meaning: 'TURN 서버가 이 요청을 금지했습니다(403).',
    next: '서버 설정에서 허용하거나 차단하는 상대 주소를 확인하십시오.',
  },
  'turn-437': {
    meaning: '서버가 할당이 일치하지 않는다고 응답했습니다(437).',
    next: '새 로컬 포트로 다시 시도하고, 계속되면 서버 로그를 확인하십시오.',
  },
  'turn-438': {
    meaning: '서버가 nonce가 만료되었다는 응답을 반복합니다(438).',
    next: '시계를 확인하고 로드 밸런서 뒤의 모든 서버가 세션을 공유하는지 확인하십시오.',
  },
  'turn-440': {
    meaning: '서버가 이 주소 체계를 중계할 수 없습니다(440).',
    next: '서버에 이 주소 체계의 중계 주소를 설정하거나 요청하지 마십시오.',
  },
  'turn-441': {
    meaning: '할당을 만든 인증 정보와 다릅니다(441).',
    next: '한 세션에서는 같은 인증 정보를 사용하십시오.',
  },
  'turn-442': {
    meaning: '서버가 이 전송 방식을 중계하지 않습니다(442).',
    next: 'UDP 중계를 요청하십시오.',
  },
  'turn-486': {
    meaning: '사용자의 할당 한도에 도달했습니다(486).',
    next: '사용자의 다른 할당이 끝날 때까지 기다리거나(coturn은 해제 후 1초 동안 계산에 포함) user-quota를 늘리십시오.',
  },
  'turn-508': {
    meaning: '서버에 남은 중계 포트나 용량이 없습니다(508).',
    next: 'min-port에서 max-port까지의 범위를 넓히거나 용량을 늘리십시오.',
  },
  'turn-password-algorithms': {
    meaning: '서버의 인증 요청과 비밀번호 알고리즘 목록이 서로 맞지 않습니다.',
    next: '서버가 MD5 또는 SHA-256을 제공하도록 하십시오. 이미 제공한다면 경로의 장비가 로그인을 약화하려고 목록을 제거한 것입니다.',
  },
  'turn-no-relayed-address': {
    meaning: 'Allocate 응답에 중계 주소가 없습니다.',
    next: '서버 로그와 relay-ip 설정을 확인하십시오.',
  },
  // – what an RFC 5780 server lacks
  'server-no-other-address': {
    meaning: '서버가 대체 주소를 알려 주지 않아 필터링을 검사할 수 없습니다(RFC 5780).',
    next: '주소가 두 개인 서버를 사용하십시오(polynya serve 또는 listening-ip가 두 개인 coturn).',
  },
  'server-alternate-same-address': {
    meaning: '서버의 대체 주소가 같은 IP이므로 주소에 따른 차이를 확인할 수 없습니다.',
    next: '서버에 두 번째 IP 주소를 설정하십시오.',
  },
  'server-alternate-silent': {
    meaning: '서버의 대체 주소가 응답하지 않습니다.',
    next: '서버의 방화벽에서 대체 주소와 포트를 허용하십시오.',
  },
  'server-ignores-change-request': {
    meaning: '서버가 RFC 5780과 달리 CHANGE-REQUEST에 다른 주소로 응답하지 않습니다.',
    next: 'RFC 5780을 지원하도록 설정하거나 지원하는 서버를 사용하십시오.',
  },
  'server-mapped-address-false': {
    meaning: '서버가 알려 준 공인 주소와 포트는 사실일 수 없습니다.',
    next: '다른 STUN 서버에 물어보십시오.',
  },
  'server-mute': {
    meaning: '서버가 요청을 받았지만 응답을 보내지 않았습니다.',
    next: '서버의 로그와 나가는 방향의 방화벽을 확인하십시오. 이 네트워크에는 문제가 없습니다.',
  },
  'witness-unavailable': {
    meaning: '서비스의 STUN 서버에 무엇이 도착했는지 확인하지 못했습니다.',
    next: '나머지 판정은 그대로 유효합니다. URL이 자체 STUN 서버를 실행하는 Polynya 서비스인지 확인하십시오.',
  },
  // – the tool
  'config-invalid': {
    meaning: '설정에 잘못되었거나 알 수 없는 항목이 있습니다.',
    next: '해당 항목을 바로잡으십시오. 모든 항목은 docs/configuration.md에 있습니다.',
  },
  cancelled: {
    meaning: '완료되기 전에 중단되었습니다.',
    next: '다시 실행하십시오.',
  },
  'harness-fault': {
    meaning: 'Polynya 자체의 오류이며 네트워크와는 관계가 없습니다.',
    next: '다시 실행하고, 계속되면 증거와 함께 보고하십시오.',
  },
} as const satisfies Partial<Record<FailureCode, FailureText>>;
