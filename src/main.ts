import { whenReaderLeaves } from './cli/closed-output.ts';
import { type Invocation, readCommandLine } from './cli/command-line.ts';
import { unreachable } from './domain/unreachable.ts';
import { type Config, ConfigError, type Flags, readConfig } from './runtime/config.ts';
import { version } from './runtime/version.ts';

/** Each command loads its own part alone: `plan` in a pipe does not wait for the HTTP server's modules. */
const load = {
  service: () => import('./service.ts'),
  storeCommands: () => import('./store-commands.ts'),
  replay: () => import('./replay-command.ts'),
  events: () => import('./cli/events.ts'),
  plan: () => import('./cli/plan.ts'),
  backtest: () => import('./cli/backtest.ts'),
  benchPlanner: () => import('./bench/planner.ts'),
  benchDashboard: () => import('./bench/dashboard.ts'),
  benchStream: () => import('./bench/stream.ts'),
  benchWebhooks: () => import('./bench/webhooks.ts'),
  benchPublication: () => import('./bench/publication.ts'),
  sim: () => import('./sim-command.ts'),
  webhookListen: () => import('./webhook-listen.ts'),
};

const BENCHES: readonly string[] = ['planner', 'publication', 'webhooks', 'stream', 'dashboard'];

// Exit code: 0 done, 1 failed, 2 wrong use.
try {
  const asked = readCommandLine(process.argv.slice(2));
  // A service has said what it had to say when it is ready, and serves on; any other command ends with its reader.
  const isService = asked.kind === 'serve' || asked.kind === 'demo';
  whenReaderLeaves(process.stdout, () => {
    if (!isService) process.exit(0);
  });
  process.exitCode = await run(asked);
} catch (error) {
  process.stderr.write(`tidewatt: ${explained(error)}\n`);
  process.exitCode = error instanceof ConfigError ? 2 : 1;
}

async function run(asked: Invocation): Promise<number> {
  switch (asked.kind) {
    case 'help':
      process.stdout.write(asked.text);
      return 0;
    case 'version':
      process.stdout.write(`${version}\n`);
      return 0;
    case 'wrong-use':
      process.stderr.write(`tidewatt: ${asked.message}\n`);
      return 2;
    case 'serve':
      return (await load.service()).runService(asked, configOf(asked.flags), asked.json);
    case 'demo':
      return (await load.service()).runService(asked, demoConfig(asked.flags, asked.json), asked.json);
    case 'migrate':
      return (await load.storeCommands()).migrateCommand(configOf(asked.flags), asked.json);
    case 'doctor':
      return (await load.storeCommands()).doctorCommand(configOf(asked.flags), asked.json);
    case 'client-create':
      return (await load.storeCommands()).createClientCommand(configOf(asked.flags), asked.name, asked.json);
    case 'replay':
      return (await load.replay()).replayCommand(configOf(asked.flags), asked.sessionId, asked.json);
    case 'events':
      return (await load.events()).runEvents(asked.options, asked.json, process.env);
    case 'webhook-listen':
      return (await load.webhookListen()).webhookListenCommand(asked);
    case 'plan': {
      const { runPlan } = await load.plan();
      await runPlan(process.stdin, process.stdout);
      return 0;
    }
    case 'backtest': {
      const { backtestCommand } = await load.backtest();
      return backtestCommand(asked.argv, {
        stdout: (text) => process.stdout.write(text),
        stderr: (text) => process.stderr.write(text),
        isTerminal: process.stderr.isTTY,
      });
    }
    case 'sim': {
      const { simCommand } = await load.sim();
      const { databaseUrl } = configOf({});
      return simCommand(
        { ...asked.options, json: asked.json, databaseUrl },
        {
          stdout: (text) => process.stdout.write(text),
          stderr: (text) => process.stderr.write(text),
          isTerminal: process.stderr.isTTY,
        },
      );
    }
    case 'bench':
      return bench(asked.name, asked.json);
    default:
      return unreachable(asked);
  }
}

async function bench(name: string | null, json: boolean): Promise<number> {
  if (name !== null && !BENCHES.includes(name)) {
    process.stderr.write(`tidewatt: no benchmark is called "${name}"; there are: ${BENCHES.join(', ')}\n`);
    return 2;
  }
  const print = (line: string): void => void process.stdout.write(`${line}\n`);
  if (name === null || name === 'planner') {
    const { runBenchPlanner } = await load.benchPlanner();
    await runBenchPlanner({ json, print });
  }
  if (name === null || name === 'publication') {
    const { runBenchPublication } = await load.benchPublication();
    await runBenchPublication({ json, print, databaseUrl: configOf({}).databaseUrl });
  }
  if (name === null || name === 'webhooks') {
    const { runBenchWebhooks } = await load.benchWebhooks();
    await runBenchWebhooks({ json, print, databaseUrl: configOf({}).databaseUrl });
  }
  if (name === null || name === 'stream') {
    const { runBenchStream } = await load.benchStream();
    // Flat memory shows in ten minutes; a round of all benchmarks does not wait for that.
    const seconds = name === null ? 60 : 600;
    await runBenchStream({ json, print, seconds, databaseUrl: configOf({}).databaseUrl });
  }
  if (name === null || name === 'dashboard') {
    const { runBenchDashboard } = await load.benchDashboard();
    await runBenchDashboard({ json, print, databaseUrl: configOf({}).databaseUrl });
  }
  return 0;
}

function configOf(flags: Flags): Config {
  return readConfig(process.env, flags);
}

/** For a person a terminal full of log lines is no demonstration; who wants them sets the level. */
function demoConfig(flags: Flags, json: boolean): Config {
  return configOf(json || process.env.TIDEWATT_LOG_LEVEL ? flags : { 'log-level': 'warn', ...flags });
}

/** The message and those of its causes, a line each, without stacks. */
function explained(error: unknown): string {
  const lines: string[] = [];
  for (let cause = error; cause instanceof Error && lines.length < 5; cause = cause.cause)
    lines.push(cause.message);
  return lines.length === 0 ? String(error) : lines.join('\n  because: ');
}
