// `npm run crash`: kills the service and its database over and over (see --help), as built from these sources.
import { buildWhenOutdated, installWhatIsMissing } from './set-up.mjs';

installWhatIsMissing();
buildWhenOutdated();
const { crashCommand } = await import('../dist/sim/crash/command.js');
process.exitCode = await crashCommand(process.argv.slice(2));
