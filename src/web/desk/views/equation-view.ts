import { formatCount } from '../../../domain/numbers.ts';
import type { Accounting } from '../../../domain/sending/delivery.ts';

const partNames = ['accepted', 'failed', 'suppressed', 'uncertain', 'pending'] as const;
export type PartName = (typeof partNames)[number];

/** The bar is drawn in so many units, and its narrowest part is 5 px of 834. */
const barUnits = 1_000;
const minUnits = 6;

export interface EquationPart {
  readonly id: string;
  readonly name: PartName;
  readonly count: string;
  /** Empty where there is nothing to list, or it may not be seen. */
  readonly href: string;
  readonly x: number;
  readonly width: number;
}

/** Of the elements that show an edition: the stream of numbers names them. */
export function editionId(slug: string, date: string): string {
  return `e-${slug}-${date}`;
}

/** The equation of an edition with its bar: `intended = accepted + failed + ...`. */
export function equationView(
  accounting: Accounting,
  options: { readonly id: string; readonly recipients: string },
) {
  const shown = partNames.filter((name) => name !== 'pending' || accounting.pending > 0);
  const widths = widthsOf(
    shown.map((name) => accounting[name]),
    accounting.intended,
  );
  let x = 0;
  const parts = shown.map((name, index): EquationPart => {
    const width = widths[index] ?? 0;
    const kind = name === 'pending' ? 'deferred' : name;
    const isListed = name !== 'accepted' && options.recipients !== '' && accounting[name] > 0;
    const part = {
      id: `${options.id}-${name}`,
      name,
      count: formatCount(accounting[name]),
      href: isListed ? `${options.recipients}?kind=${kind}` : '',
      x,
      width,
    };
    x += width;
    return part;
  });
  return { id: `${options.id}-intended`, intended: formatCount(accounting.intended), parts };
}

/** Parts that would be too narrow to see get some units of the widest one. */
function widthsOf(counts: readonly number[], intended: number): readonly number[] {
  const widths = counts.map((count) =>
    count === 0 || intended === 0 ? 0 : Math.max(minUnits, Math.round((count / intended) * barUnits)),
  );
  const excess = widths.reduce((sum, width) => sum + width, 0) - barUnits;
  const widest = widths.indexOf(Math.max(...widths));
  return widths.map((width, index) => (index === widest && excess > 0 ? width - excess : width));
}
