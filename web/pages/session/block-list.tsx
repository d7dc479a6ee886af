import type { ChartBlock, ChartModel } from '../../chart/model.ts';
import { kwh } from '../../format/numbers.ts';
import { Table } from '../../parts/table.tsx';
import { Time } from '../../parts/time.tsx';
import { words } from '../../words.ts';

/** The blocks: when it charged, charges, and will charge. */
export function BlockList({ model }: { readonly model: ChartModel }) {
  const { blocks, nowMs, zone } = model;
  const { block: names, when } = words.session;
  const whenOf = ({ fromMs, toMs }: ChartBlock): string => {
    if (nowMs === null || toMs <= nowMs) return when.past;
    return fromMs <= nowMs ? when.running : when.planned;
  };
  return (
    <section>
      <h2>{words.session.blocks}</h2>
      {blocks.length === 0 ? (
        <p class="muted">{words.session.noBlocks}</p>
      ) : (
        <Table
          caption={words.session.blocks}
          rows={blocks}
          keyOf={({ fromMs }) => String(fromMs)}
          columns={[
            {
              name: names.type,
              cell: ({ type }) => (
                <span class="block-type">
                  <span class={`swatch ${type}`} />
                  {words.blocks[type]}
                </span>
              ),
            },
            { name: names.from, cell: ({ fromMs }) => <Time at={fromMs} zone={zone} as="weekday" /> },
            { name: names.to, cell: ({ toMs }) => <Time at={toMs} zone={zone} as="time" /> },
            { name: names.energy, cell: (block) => kwh(block.kwh), isNumber: true },
            { name: names.when, cell: whenOf },
          ]}
        />
      )}
    </section>
  );
}
