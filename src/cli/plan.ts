import type { z } from 'zod';
import { plan } from '../planner/plan.ts';
import { onWholeMs } from '../planner/whole-ms.ts';
import { type PlanningProblem, type PlanningResult, planningProblem } from '../wire/planning.ts';
import { fromPlan, toPlanProblem } from './planning-problem.ts';

/** A longer line is no planning problem; it is refused instead of filling the memory. */
const LINE_CHARS_MAX = 8 * 1024 * 1024;

/**
 * Plan every line of JSON that comes in and print a line of JSON for each, in order, nothing else. A line that is no
 * planning problem gives `{"id", "error"}`; an empty line gives nothing.
 */
export async function runPlan(
  input: AsyncIterable<string | Uint8Array> | NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
): Promise<void> {
  for await (const line of linesOf(input)) {
    if (line !== null && line.trim() === '') continue;
    const answer = line === null ? { id: null, error: 'expected a line of at most 8 MiB' } : answerTo(line);
    if (!output.write(`${JSON.stringify(answer)}\n`)) {
      await new Promise<void>((resolve) => output.once('drain', () => resolve()));
    }
  }
}

function answerTo(line: string): unknown {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch (error) {
    return {
      id: null,
      error: `expected a JSON object: ${error instanceof Error ? error.message : 'not JSON'}`,
    };
  }
  const checked = planningProblem.safeParse(parsed);
  if (!checked.success) return { id: idOf(parsed), error: messageOf(checked.error) };
  try {
    return planned(checked.data);
  } catch (error) {
    return { id: checked.data.id, error: error instanceof Error ? error.message : String(error) };
  }
}

function planned(wire: PlanningProblem): PlanningResult {
  const problem = toPlanProblem(wire);
  const startedAt = performance.now();
  const made = plan(problem);
  const micros = Math.round((performance.now() - startedAt) * 1000);
  return fromPlan(wire, onWholeMs(made), micros);
}

function idOf(parsed: unknown): unknown {
  return typeof parsed === 'object' && parsed !== null && 'id' in parsed ? parsed.id : null;
}

function messageOf(error: z.ZodError): string {
  return error.issues
    .slice(0, 5)
    .map((issue) => (issue.path.length > 0 ? `${issue.path.join('.')}: ${issue.message}` : issue.message))
    .join('; ');
}

/** The lines of a stream of text or bytes; null for one that is too long. */
async function* linesOf(
  input: AsyncIterable<string | Uint8Array> | NodeJS.ReadableStream,
): AsyncIterable<string | null> {
  const decoder = new TextDecoder();
  let rest = '';
  let isTooLong = false;
  let isFirst = true;
  for await (const chunk of input) {
    const text = typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    rest += isFirst ? text.replace(/^\uFEFF/, '') : text;
    isFirst = false;
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      yield isTooLong ? null : line;
      isTooLong = false;
    }
    if (rest.length > LINE_CHARS_MAX) {
      rest = '';
      isTooLong = true;
    }
  }
  if (isTooLong) yield null;
  else if (rest !== '') yield rest;
}
