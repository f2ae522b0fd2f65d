/** `docs/findings.md`, made from the words themselves. */
import type { Sentences, Topic } from '../../probe/report/words/findings/topic.ts';
import { topics } from '../../probe/report/words/findings/topics.ts';

export function renderFindingsPage(): string {
  const sorted = [...topics].sort((a, b) => a.id.localeCompare(b.id));
  const count = sorted.reduce((sum, { states }) => sum + Object.keys(states).length, 0);
  const lines = [
    '# Findings',
    '',
    'Every verdict of a NAT report carries the stable id of its finding (`body.verdicts[].finding`); scripts may rely on',
    'it. Each finding has one sentence for the user and, where a setting of the network or of a server would help, one for',
    'whoever runs it, in English and Korean. A failed server’s id is `server.` and its [failure code](failures.md); the',
    'sentence on top of a report has codes of its own, see [reports](reports.md). This page is made from',
    '`probe/report/words/findings/` by `npm run docs:findings`.',
    '',
    `## The ${count} findings`,
    ...sorted.flatMap(topicLines),
  ];
  return `${lines.join('\n')}\n`;
}

function topicLines(topic: Topic): string[] {
  return [
    '',
    `### ${topic.id}`,
    '',
    `Verdict \`${topic.verdict}\`.`,
    '',
    '| finding | for the user | for the administrator |',
    '|---|---|---|',
    ...Object.entries(topic.states).map(([state, sentences]) => row(`${topic.id}.${state}`, sentences)),
  ];
}

function row(id: string, { user, admin }: Sentences): string {
  const settings = admin === null ? '–' : `${cell(admin.en)}<br>${cell(admin.ko)}`;
  return `| \`${id}\` | ${cell(user.en)}<br>${cell(user.ko)} | ${settings} |`;
}

/** `|` would end the cell, `<` would begin a tag. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('{value}', '*n*');
}
