/** A kind of bars: its name in words and the class of its pattern, so that colour is not needed to tell them apart. */
export interface BarSeries<Row> {
  readonly name: string;
  /** `b-accepted` in `templates/desk/desk.css`. */
  readonly fill: string;
  readonly value: (row: Row) => number;
}

/** The chart is drawn in these units, and stretched to its place. */
const width = 720;
const height = 140;
const gap = 3;
/** What is not zero can be seen. */
const minHeight = 3;

/** Stacked bars, one column a row from left to right: the data of `templates/desk/_chart.hbs`. */
export function barChart<Row>(rows: readonly Row[], series: readonly BarSeries<Row>[]) {
  const totals = rows.map((row) => series.reduce((sum, { value }) => sum + value(row), 0));
  const max = Math.max(0, ...totals);
  const step = rows.length === 0 ? width : Math.min(48, width / rows.length);
  const bars = rows.flatMap((row, index) => {
    let y = height;
    return series.flatMap(({ fill, value }) => {
      const count = value(row);
      if (count === 0) return [];
      const tall = Math.max(minHeight, Math.round((count / max) * (height - series.length * minHeight)));
      y -= tall;
      return [
        { x: Math.round(index * step), y, width: Math.max(1, Math.round(step) - gap), height: tall, fill },
      ];
    });
  });
  return { width, height, bars, max, legend: series.map(({ name, fill }) => ({ name, fill })) };
}
