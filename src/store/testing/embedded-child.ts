// A process of its own on an embedded database: says on stdout what it got, and stops at the end of stdin.
import { openPool } from '../database.ts';
import { startEmbedded } from '../embedded.ts';

const embedded = await startEmbedded(JSON.parse(process.argv[2] ?? ''));
const pool = openPool({ target: embedded.target, connectionsMax: 1 });
const sql = process.argv[3];
const rows = sql === undefined ? [] : await pool.query(sql);
const { attached, dataDir } = embedded;
process.stdout.write(`${JSON.stringify({ pid: embedded.pid(), attached, dataDir, rows })}\n`);
process.stdin.resume();
process.stdin.once('end', async () => {
  await pool.close();
  await embedded.stop();
});
