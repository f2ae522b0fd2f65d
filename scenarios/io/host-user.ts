import { readFileSync } from 'node:fs';

/** A user that a package has made on this host. @throws Error when there is none */
export function hostUser(name: string): { readonly uid: number; readonly gid: number } {
  const row = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .find(([user]) => user === name);
  if (row === undefined) throw new Error(`there is no user ${name}; install its package`);
  return { uid: Number(row[2]), gid: Number(row[3]) };
}
