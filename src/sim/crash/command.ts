import { parseArgs } from 'node:util';
import { HEADER, rowOf, summaryOf } from './report.ts';
import { type RunOptions, runCrashes } from './run.ts';

const USAGE = `npm run crash -- [options]

Kills the service, its PostgreSQL, or both with SIGKILL, over and over, while telemetry flows, and compares at the end
what the service counted with what the cars' meters say, and what two receivers of its webhooks got with what was told.
Exits 1 on any difference.

  --rounds N                   how often (20)
  --seed N                     of everything that is left to chance (1)
  --database embedded|server   the service's own, or a server of this run's own over TCP (embedded)
  --clock sandbox|real         a sandbox whose clock moves along, or the service of every day (sandbox)
  --vehicles N                 cars, every fifth without a policy (20)
  --senders N                  that send telemetry at once (4)
`;

/** `npm run crash`; gives the exit code. */
export async function crashCommand(argv: readonly string[]): Promise<number> {
  if (argv.includes('--help') || argv.includes('-h')) {
    say(USAGE.trimEnd());
    return 0;
  }
  const options = readOptions(argv);
  if (typeof options === 'string') {
    process.stderr.write(options);
    return 2;
  }
  const abort = new AbortController();
  process.once('SIGINT', () => abort.abort());
  process.once('SIGTERM', () => abort.abort());
  const { database, clock, seed, vehicleCount, roundCount } = options;
  say(`${roundCount} rounds, seed ${seed}, ${database} database, ${clock} clock, ${vehicleCount} vehicles`);
  say(HEADER);
  const startMs = performance.now();
  const verdict = await runCrashes({
    ...options,
    victims: null,
    signal: abort.signal,
    onCrash: (crash, seen) => say(rowOf(crash, seen)),
  });
  for (const line of summaryOf(verdict)) say(line);
  say(`took ${((performance.now() - startMs) / 1000).toFixed(0)} s`);
  return verdict.faults.length === 0 ? 0 : 1;
}

type Asked = Omit<RunOptions, 'victims' | 'onCrash' | 'signal'>;

/** The options, or what to say about wrong ones. */
function readOptions(argv: readonly string[]): Asked | string {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        rounds: { type: 'string', default: '20' },
        seed: { type: 'string', default: '1' },
        database: { type: 'string', default: 'embedded' },
        clock: { type: 'string', default: 'sandbox' },
        vehicles: { type: 'string', default: '20' },
        senders: { type: 'string', default: '4' },
      },
    });
    return {
      roundCount: whole('rounds', values.rounds, 1),
      seed: whole('seed', values.seed, 0),
      database: oneOf('database', values.database, ['embedded', 'server']),
      clock: oneOf('clock', values.clock, ['sandbox', 'real']),
      vehicleCount: whole('vehicles', values.vehicles, 1),
      senderCount: whole('senders', values.senders, 1),
    };
  } catch (error) {
    return `crash: ${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`;
  }
}

function whole(name: string, text: string, least: number): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new Error(`--${name}: expected a whole number from ${least}, got "${text}"`);
}

function oneOf<Choice extends string>(name: string, text: string, choices: readonly Choice[]): Choice {
  const found = choices.find((choice) => choice === text);
  if (found !== undefined) return found;
  throw new Error(`--${name}: expected ${choices.join(' or ')}, got "${text}"`);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
