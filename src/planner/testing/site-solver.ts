import highsModule from 'highs';
import type { Solution, Solver } from './site-check.ts';

/** The package's types describe its CommonJS build; what Node imports is the loader itself. */
const loadHighs = highsModule as unknown as typeof highsModule.default;

/** HiGHS with a limit of time for each model. */
export async function solverOf(secondsMost: number): Promise<Solver> {
  const highs = await loadHighs();
  return (model, gapMost) =>
    highs.withModel({ format: 'lp', data: model }, (each): Solution => {
      each.options.set({ output_flag: false, time_limit: secondsMost, mip_rel_gap: 0, mip_abs_gap: gapMost });
      each.run();
      const status = each.getModelStatus();
      const { modelStatus } = highs.constants;
      if (status === modelStatus.infeasible) return { status: 'INFEASIBLE', cost: null, bound: Infinity };
      const hasSolution = Number(each.info.get('primal_solution_status')) === 2;
      const cost = hasSolution ? Number(each.info.get('objective_function_value')) : null;
      const bound = Number(each.info.get('mip_dual_bound'));
      return { status: status === modelStatus.optimal ? 'OPTIMAL' : 'TIME', cost, bound };
    });
}
