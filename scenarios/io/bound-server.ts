/** Ends the server when it is told to, or when this process is gone, and then removes its folder. */
const guard = `
folder=$1; shift
"$@" & server=$!
trap 'kill -INT $server' TERM INT
while kill -0 $server 2>/dev/null; do wait $server; done
[ -e "$folder/keep" ] || rm -rf "$folder"`;

/** A command line whose server does not outlive this process; nor does the folder, unless it has a file `keep`. */
export function boundServer(folder: string, argv: readonly string[]): string[] {
  return ['setpriv', '--pdeathsig', 'TERM', 'sh', '-c', guard, 'sh', folder, ...argv];
}
