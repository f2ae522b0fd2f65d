import { chain, lans } from './nft-text.ts';

/** Client isolation: hosts behind one router reach each other only where its NAT turns their packets around. */
export function isolationRules(): string {
  return [
    '# hosts of this site do not reach each other inside',
    'table inet polynya_isolation {',
    chain('forward', 'type filter hook forward priority filter - 15', [
      `iifname ${lans} oifname ${lans} ct status dnat accept`,
      `iifname ${lans} oifname ${lans} drop`,
    ]),
    '}',
    '',
  ].join('\n');
}
