import { parseFormula } from '../domain/formula.ts';
import type { Query } from '../store/database.ts';
import { lockLocation, setLocationFormula } from '../store/locations.ts';
import { appendPricesChanged } from '../store/price-changes.ts';
import { REFERENCE_CLIENT_ID } from '../store/prices.ts';
import { readTariffs, type Tariff } from '../store/tariffs.ts';
import type { FormulaIn } from '../wire/tariff.ts';
import type { Deps } from './deps.ts';
import { decide, type No, no, type Result, yes } from './result.ts';

/** A location's price as a formula over tariffs of one currency; gives that currency. */
export async function setFormula(
  deps: Deps,
  clientId: string,
  locationId: string,
  body: FormulaIn,
): Promise<Result<{ readonly currency: string }>> {
  const issues = formulaIssues(body);
  if (issues.length > 0) return no('bad-request', 'The formula cannot be used.', issues);
  const nowMs = deps.clock.nowMs();
  return decide(deps.database, async (tx) => {
    if ((await lockLocation(tx, clientId, locationId, 'update')) === null) {
      return no('not-found', `There is no location ${locationId}.`);
    }
    const tariffs = await readVariables(tx, clientId, body);
    const faults = Object.entries(body.variables).flatMap(([name, tariffId]) =>
      tariffIssues(`variables.${name}`, tariffId, tariffs.get(tariffId), body.direction),
    );
    if (faults.length > 0) return no('bad-request', 'The formula cannot be used.', faults);
    const currencies = [...new Set([...tariffs.values()].map((tariff) => tariff.currency))];
    const [currency, ...others] = currencies;
    if (currency === undefined || others.length > 0) {
      const message = `expected tariffs of one currency, got ${currencies.join(', ')}`;
      return no('bad-request', 'The formula mixes currencies.', [{ path: 'variables', message }]);
    }
    const { formula, variables } = body;
    await setLocationFormula(tx, clientId, locationId, body.direction, { formula, variables });
    if (body.direction === 'import') {
      await appendPricesChanged(tx, { kind: 'location', clientId, locationId }, nowMs);
    }
    return yes({ currency });
  });
}

function formulaIssues({ formula, variables }: FormulaIn): NonNullable<No['issues']> {
  const names = Object.keys(variables);
  if (names.length === 0) {
    return [{ path: 'variables', message: 'expected at least one tariff, which gives the currency' }];
  }
  const parsed = parseFormula(formula, names);
  return parsed.ok ? [] : [{ path: 'formula', message: `at position ${parsed.position}: ${parsed.message}` }];
}

/** The client's own tariffs; the reference series stands in for a zone that the client has no tariff for. */
async function readVariables(
  tx: Query,
  clientId: string,
  { variables }: FormulaIn,
): Promise<Map<string, Tariff>> {
  const ids = [...new Set(Object.values(variables))];
  const references = await readTariffs(
    tx,
    REFERENCE_CLIENT_ID,
    ids.filter((id) => id.startsWith('zone:')),
  );
  const own = await readTariffs(tx, clientId, ids);
  return new Map([...references, ...own].map((tariff) => [tariff.id, tariff]));
}

function tariffIssues(
  path: string,
  tariffId: string,
  tariff: Tariff | undefined,
  direction: FormulaIn['direction'],
): NonNullable<No['issues']> {
  if (tariff === undefined) return [{ path, message: `there is no tariff ${tariffId}` }];
  if (tariff.direction === direction) return [];
  return [{ path, message: `expected a tariff for ${direction}, ${tariffId} is for ${tariff.direction}` }];
}
