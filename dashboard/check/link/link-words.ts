/** What the page says on the way in by a link, and of the code on the way out. */
import type { Language } from '../words/choose-language.ts';

interface LinkWords {
  readonly opening: string;
  readonly agree: string;
  readonly consentTitle: string;
  readonly contact: (contact: string) => string;
  readonly remember: string;
  readonly rememberHint: string;
  readonly closedTitle: string;
  readonly closed: Readonly<Record<string, string>>;
  readonly closedOther: string;
  readonly closedNext: string;
  readonly unreachable: string;
  readonly retry: string;
  readonly code: string;
  readonly forget: string;
  readonly forgetAsk: string;
  readonly forgetYes: string;
  readonly forgetNo: string;
  readonly forgotten: string;
  readonly forgetFailed: string;
}

const en: LinkWords = {
  opening: 'Opening the link …',
  agree: 'Agree and start the check',
  consentTitle: 'Before you start',
  contact: (contact) => `Questions? ${contact}`,
  remember: 'Recognise this browser next time',
  rememberHint:
    'Keeps a random number in this browser and sends it with the report, so that the operator can compare your checks.',
  closedTitle: 'This link does not work',
  closed: {
    'link-unknown': 'There is no such link. It may not have been copied whole.',
    'link-expired': 'This link has expired.',
    'link-revoked': 'This link was withdrawn.',
  },
  closedOther: 'The service does not accept this link.',
  closedNext: 'Nothing was checked and nothing was sent. Ask whoever sent you the link for a new one.',
  unreachable: 'The service behind this link did not answer. Nothing was checked and nothing was sent.',
  retry: 'Try again',
  code: 'Code of this report, to read out to the operator:',
  forget: 'Delete my report',
  forgetAsk: 'The operator then cannot help you with it. Delete it for good?',
  forgetYes: 'Delete it',
  forgetNo: 'Keep it',
  forgotten: 'Your report was deleted.',
  forgetFailed: 'It could not be deleted. Try again later, or tell the operator the code.',
};

const ko: LinkWords = {
  opening: '링크를 여는 중 …',
  agree: '동의하고 검사 시작',
  consentTitle: '시작하기 전에',
  contact: (contact) => `문의: ${contact}`,
  remember: '다음에 이 브라우저를 알아보기',
  rememberHint:
    '임의의 번호를 이 브라우저에 저장하고 보고서와 함께 보내어, 운영자가 여러 번의 검사를 비교할 수 있게 합니다.',
  closedTitle: '이 링크는 사용할 수 없습니다',
  closed: {
    'link-unknown': '없는 링크입니다. 주소가 끝까지 복사되지 않았을 수 있습니다.',
    'link-expired': '기한이 지난 링크입니다.',
    'link-revoked': '취소된 링크입니다.',
  },
  closedOther: '서비스가 이 링크를 받아들이지 않습니다.',
  closedNext: '아무것도 검사하거나 보내지 않았습니다. 링크를 보낸 사람에게 새 링크를 요청하십시오.',
  unreachable: '링크의 서비스가 응답하지 않았습니다. 아무것도 검사하거나 보내지 않았습니다.',
  retry: '다시 시도',
  code: '운영자에게 불러 줄 보고서 코드:',
  forget: '내 보고서 삭제',
  forgetAsk: '삭제하면 운영자가 이 보고서로 도와줄 수 없습니다. 완전히 삭제할까요?',
  forgetYes: '삭제',
  forgetNo: '그대로 두기',
  forgotten: '보고서를 삭제했습니다.',
  forgetFailed: '삭제하지 못했습니다. 나중에 다시 시도하거나 운영자에게 코드를 알려 주십시오.',
};

export function linkWords(language: Language): LinkWords {
  return { en, ko }[language];
}
