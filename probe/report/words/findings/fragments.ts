/** RFC 4787 §11, REQ-13 and REQ-14. */
import { type Localized, valueTopic } from './topic.ts';

const letFragmentsPass: Localized = {
  en: 'Let IP fragments pass in router and firewall (RFC 4787 REQ-14); DNS answers, DTLS handshakes and VPNs need them.',
  ko: '공유기와 방화벽에서 IP 단편화 패킷을 허용하십시오(RFC 4787 REQ-14). DNS 응답, DTLS 핸드셰이크 및 VPN에 필요합니다.',
};

export const fragmentsUpTopic = valueTopic<boolean | null>({
  id: 'fragments-up',
  verdict: 'fragmentsUp',
  states: {
    yes: {
      user: {
        en: 'Packets that are too large for one frame arrive, in fragments.',
        ko: '한 프레임보다 큰 패킷도 단편화되어 도착합니다.',
      },
      admin: null,
    },
    no: {
      user: {
        en: 'Packets that must be sent in fragments get lost on the way out.',
        ko: '단편화해야 하는 패킷은 나가는 경로에서 유실됩니다.',
      },
      admin: letFragmentsPass,
    },
    unknown: {
      user: {
        en: 'It is not known whether packets in fragments arrive.',
        ko: '단편화된 패킷이 도착하는지 확인하지 못했습니다.',
      },
      admin: null,
    },
  },
});

export const fragmentsDownTopic = valueTopic<boolean | null>({
  id: 'fragments-down',
  verdict: 'fragmentsDown',
  states: {
    yes: {
      user: {
        en: 'Answers that are too large for one frame come in, in fragments.',
        ko: '한 프레임보다 큰 응답도 단편화되어 들어옵니다.',
      },
      admin: null,
    },
    no: {
      user: {
        en: 'Answers that must be sent in fragments get lost on the way in.',
        ko: '단편화해야 하는 응답은 들어오는 경로에서 유실됩니다.',
      },
      admin: letFragmentsPass,
    },
    unknown: {
      user: {
        en: 'It is not known whether answers in fragments come in.',
        ko: '단편화된 응답이 들어오는지 확인하지 못했습니다.',
      },
      admin: null,
    },
  },
});
