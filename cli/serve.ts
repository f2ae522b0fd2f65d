/** `polynya serve`: what it takes. What it does is in run-service.ts. */
import { Command, InvalidArgumentError, Option } from 'commander';
import type { ServeFlags } from './run-service.ts';

export function serveCommand(): Command {
  return new Command('serve')
    .description('Run the service: dashboard, API and embedded STUN server.')
    .option('--config <file>', 'YAML file; docs/configuration.md lists its keys')
    .addOption(new Option('--host <address>', 'address of dashboard and API (default 127.0.0.1)'))
    .addOption(
      new Option(
        '--listen [address]',
        'open it to other machines; without a value on every address',
      ).conflicts('host'),
    )
    .option('--port <port>', 'port of dashboard and API (default 7478; 0: any free one)', parsePort)
    .addOption(
      new Option('--tls <self>', 'HTTPS with a certificate of its own, for cameras on a LAN').choices([
        'self',
      ]),
    )
    .addOption(new Option('--tls-cert <file>', 'HTTPS with this certificate (PEM)').conflicts('tls'))
    .addOption(new Option('--tls-key <file>', 'its key (PEM)').conflicts('tls'))
    .option(
      '--store <store>',
      'SQLite file (default polynya.sqlite; :memory: keeps nothing), or postgres://USER@HOST/DATABASE',
    )
    .option('--bus <servers>', 'NATS servers that connect several service nodes, with commas between')
    .option(
      '--otlp <url>',
      'send OpenTelemetry traces to this collector (OTLP over HTTP), e.g. http://127.0.0.1:4318',
    )
    .option('--no-stun', 'do without the embedded STUN server')
    .option(
      '--stun-port <port>',
      'port of the embedded STUN server (default 3478; 0: any free one)',
      parsePort,
    )
    .action(async (flags: ServeFlags) => {
      // Loaded here, so that `polynya probe` does not pay for a service that it never starts.
      const { runService } = await import('./run-service.ts');
      await runService(flags);
    });
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65535)
    throw new InvalidArgumentError('A port is a number from 0 to 65535.');
  return port;
}
