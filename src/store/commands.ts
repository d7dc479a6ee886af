import type { Command, CommandCause, CommandKind, CommandState } from '../engine/contract.ts';
import type { Query } from './database.ts';
import { type Page, type PageRequest, readPage } from './keyset.ts';

export interface LedgerCommand extends Command {
  readonly vehicleId: string;
}

/** The commands of a vehicle, newest first. */
export async function listCommands(
  tx: Query,
  clientId: string,
  vehicleId: string,
  page: PageRequest,
): Promise<Page<LedgerCommand>> {
  const { rows, ...cursors } = await readPage<CommandRow>(
    tx,
    {
      columns: COLUMNS,
      from: 'from commands where client_id = $1 and vehicle_id = $2',
      values: [clientId, vehicleId],
      key: [
        { name: 'created_at', sql: 'created_at', type: 'timestamptz' },
        { name: 'id', sql: 'id', type: 'uuid' },
      ],
    },
    page,
  );
  return { rows: rows.map(toCommand), ...cursors };
}

export async function readCommand(tx: Query, clientId: string, id: string): Promise<LedgerCommand | null> {
  const [row] = await tx.query<CommandRow>(
    `select ${COLUMNS} from commands where client_id = $1 and id = $2`,
    [clientId, id],
  );
  return row === undefined ? null : toCommand(row);
}

/** Every command of these vehicles, oldest first. */
export async function readCommandsOf(
  tx: Query,
  clientId: string,
  vehicleIds: readonly string[],
): Promise<LedgerCommand[]> {
  const rows = await tx.query<CommandRow>(
    `select ${COLUMNS} from commands where client_id = $1 and vehicle_id = any($2) order by created_at, id`,
    [clientId, vehicleIds],
  );
  return rows.map(toCommand);
}

interface CommandRow {
  readonly id: string;
  readonly vehicle_id: string;
  readonly session_id: string | null;
  readonly kind: CommandKind;
  readonly cause: CommandCause;
  readonly power_kw: number | null;
  readonly state: CommandState;
  readonly attempts: number;
  readonly created_at: number;
  readonly attempted_at: number;
  readonly expires_at: number;
  readonly finished_at: number | null;
  readonly detail: string | null;
}

const COLUMNS = `id, vehicle_id, session_id, kind, cause, power_kw, state, attempts,
  created_at, attempted_at, expires_at, finished_at, detail`;

function toCommand(row: CommandRow): LedgerCommand {
  return {
    id: row.id,
    vehicleId: row.vehicle_id,
    sessionId: row.session_id,
    kind: row.kind,
    cause: row.cause,
    ...(row.power_kw === null ? {} : { powerKw: row.power_kw }),
    state: row.state,
    attempts: row.attempts,
    createdAtMs: row.created_at,
    attemptedAtMs: row.attempted_at,
    expiresAtMs: row.expires_at,
    finishedAtMs: row.finished_at,
    detail: row.detail,
  };
}
