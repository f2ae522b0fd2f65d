/**
 * Secrets that a command tells because that is its job: one stream of one command, the words of the line, and which
 * secret. Anything else that shows the same secret is a leak. Each row says why.
 */
export const toldOnPurpose = [
  {
    why: 'Started without a token for others than this machine, it makes one for this start and tells whoever started it.',
    program: /^polynya serve$/,
    stream: 'stdout',
    line: /^Admin token +•••$/,
    secret: /^what polynya serve made at random$/,
  },
  {
    why: 'The same for the control of faults.',
    program: /^polynya turn serve$/,
    stream: 'stdout',
    line: /^Fault token +•••$/,
    secret: /^what polynya turn serve made at random$/,
  },
  {
    why: 'The key is told once, and alone, so that a script can keep it.',
    program: /^polynya keys create$/,
    stream: 'stdout',
    line: /^(pk_)?•••$/,
    secret: /at random$|^a key of the service/,
  },
  {
    why: 'The same for the invitation of an agent.',
    program: /^polynya agent-token\b/,
    stream: 'stdout',
    line: /^(pe_)?•••$/,
    secret: /at random$|^a key of the service/,
  },
  {
    why: 'The link is what was asked for; who holds it may take part in one test.',
    program: /^polynya link create$/,
    stream: 'stdout',
    line: /^(https?:\S+\/t\/|"url": "https?:\S+\/t\/)•••"?,?$/,
    secret: /at random$/,
  },
  {
    why: 'No log but the line between a lab and its agents: the offer and the answer of a call that ends with the run.',
    // sh: an agent with an /etc/hosts of its own begins as one.
    program: /^polynya lab (agent|browser|sfu|member)$|^plug-in-client\.mjs$|^python3$|^sh$/,
    stream: 'stdout',
    line: /^\{"news":|a=ice-ufrag:/,
    secret: /^the password of an ICE session$/,
  },
  {
    why: 'The same line, on which a member makes known the room that the others are to join.',
    program: /^polynya lab member$/,
    stream: 'stdout',
    line: /^\{"news":"room",/,
    secret: /^what polynya serve made at random$|^a secret in JSON$/,
  },
  {
    why: 'No log but the way of a service’s reply out of a lab: a script of a test, which asks there and prints the reply.',
    program: /^node -e$/,
    stream: 'stdout',
    line: /•••/,
    secret: /^/,
  },
  {
    why: 'The name of a test, which may hold a guess that is refused or an example.',
    program: /^vitest$/,
    stream: 'stdout',
    line: /[✓×↓]| > /,
    secret: /^/,
  },
];

/** @param leak {{program: string, stream: string, name: string, line: string}} `line` with its secrets cut out */
export function isToldOnPurpose({ program, stream, name, line }) {
  return toldOnPurpose.some(
    (row) =>
      row.stream === stream && row.program.test(program) && row.secret.test(name) && row.line.test(line),
  );
}
