import { COMMANDS, type CommandSpec, type OptionSpec } from './commands.ts';

/** The general help: what there is. */
export function generalHelp(): string {
  const width = Math.max(...COMMANDS.map((command) => command.name.length));
  return [
    'tidewatt: smart charging of electric cars, with a record of every session',
    '',
    'Usage: tidewatt COMMAND [options]',
    '',
    'Commands:',
    ...COMMANDS.map((command) => `  ${command.name.padEnd(width)}  ${command.summary}`),
    '',
    '"tidewatt COMMAND --help" tells the rest. Exit code: 0 done, 1 failed, 2 wrong use.',
    '',
  ].join('\n');
}

/** The help of one command. */
export function commandHelp(command: CommandSpec): string {
  const options = Object.entries(command.options ?? {}).map(([name, spec]) => [
    optionUsage(name, spec),
    spec.help,
  ]);
  const rows = [...options, ['--help', 'show this']];
  const width = Math.max(...rows.map(([usage = '']) => usage.length));
  return [
    `Usage: tidewatt ${command.name} ${command.operands}`,
    '',
    `${capitalised(command.summary)}.`,
    ...(command.details.length > 0 ? ['', ...command.details] : []),
    '',
    'Options:',
    ...rows.map(([usage = '', help = '']) => `  ${usage.padEnd(width)}  ${help}`),
    '',
  ].join('\n');
}

function optionUsage(name: string, spec: OptionSpec): string {
  return spec.value === undefined ? `--${name}` : `--${name} ${spec.value}`;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
