import type { Query } from '../store/database.ts';
import { appendInputs } from '../store/inputs.ts';
import { type CarRow, readDueCars, saveCars } from '../store/sandbox.ts';
import { type CarStep, nextCarEventAtMs, runCar, type SimulatedCar } from './simulated-car.ts';

/** Lets every car that is due live up to now; all their reports go in together. Gives how many cars were due. */
export async function runDueCars(tx: Query, nowMs: number): Promise<number> {
  const due = await readDueCars<SimulatedCar>(tx, nowMs);
  await saveCarSteps(
    tx,
    due.map((row) => ({ row, step: runCar(row.car, nowMs) })),
    nowMs,
  );
  return due.length;
}

/** Saves cars after a step of each, and appends what they reported. */
export async function saveCarSteps(
  tx: Query,
  steps: readonly {
    readonly row: Pick<CarRow<SimulatedCar>, 'clientId' | 'vehicleId'>;
    readonly step: CarStep;
  }[],
  nowMs: number,
): Promise<void> {
  const inputs = steps.flatMap(({ row, step }) =>
    step.readings.map((reading) => ({
      clientId: row.clientId,
      vehicleId: row.vehicleId,
      input: { kind: 'reading' as const, receivedAtMs: nowMs, reading },
      observedAtMs: reading.observedAtMs,
      priority: 1 as const,
    })),
  );
  if (inputs.length > 0) await appendInputs(tx, inputs);
  await saveCars(
    tx,
    steps.map(({ row, step }) => ({
      clientId: row.clientId,
      vehicleId: row.vehicleId,
      car: step.car,
      nextAtMs: nextCarEventAtMs(step.car),
    })),
  );
}
