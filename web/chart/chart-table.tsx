import { Table } from '../parts/table.tsx';
import { words } from '../words.ts';
import type { ChartModel } from './model.ts';
import { quartersOf, type Reading, readQuarter } from './read-at.ts';
import { valuesOf } from './readout.tsx';

/** All that the chart shows, quarter hour by quarter hour. */
export function ChartTable({ model }: { readonly model: ChartModel }) {
  const readings = Array.from({ length: quartersOf(model.span) }, (_, quarter) =>
    readQuarter(model, quarter),
  );
  const { values } = words.chart;
  const text = (name: keyof typeof values) => (reading: Reading) => valuesOf(reading, model)[name];
  return (
    <Table
      caption={words.chart.tableCaption}
      rows={readings}
      keyOf={({ fromMs }) => String(fromMs)}
      columns={[
        { name: values.time, cell: text('time') },
        { name: values.price, cell: text('price'), isNumber: true },
        { name: values.charging, cell: text('charging') },
        { name: values.rate, cell: text('rate'), isNumber: true },
        { name: values.level, cell: text('level'), isNumber: true },
      ]}
    />
  );
}
