// `npm start`: installs and builds what is missing, then runs the demonstration in this very process, so that
// signals reach it and it has the terminal. Arguments go to `tidewatt demo`.
import { buildWhenOutdated, installWhatIsMissing } from './set-up.mjs';

installWhatIsMissing();
buildWhenOutdated();
process.argv.splice(2, 0, 'demo');
await import('../dist/main.js');
