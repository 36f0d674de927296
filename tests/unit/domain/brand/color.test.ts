import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import {
  contrast,
  formatColor,
  invert,
  luminance,
  mix,
  nearestTwin,
  parseColor,
} from '../../../../src/domain/brand/color.ts';
import type { Color } from '../../../../src/domain/brand/color.ts';

const black = { red: 0, green: 0, blue: 0 };
const white = { red: 255, green: 255, blue: 255 };
const channel = fc.integer({ min: 0, max: 255 });
const anyColor = fc.record({ red: channel, green: channel, blue: channel });

describe('colours', () => {
  test.each([
    ['#0b6e4f', { red: 11, green: 110, blue: 79 }],
    ['#FFF', white],
    ['#000000', black],
  ])('reads %s', (text, expected) => {
    expect(parseColor(text)).toEqual(expected);
  });

  test.each(['', '#12', '#12345g', 'red', '#1234567', 'url(#fff)'])('does not read %j', (text) => {
    expect(parseColor(text)).toBeUndefined();
  });

  test('are written as they were read', () => {
    fc.assert(
      fc.property(anyColor, (color) => {
        expect(parseColor(formatColor(color))).toEqual(color);
      }),
    );
  });

  test('have the luminance and contrast that WCAG gives its own examples', () => {
    expect(luminance(white)).toBeCloseTo(1, 10);
    expect(contrast(black, white)).toBeCloseTo(21, 10);
    expect(contrast(color('#777777'), white)).toBeCloseTo(4.48, 2);
    expect(contrast(white, color('#767676'))).toBeCloseTo(4.54, 2);
  });

  test('mix from one end to the other', () => {
    expect(formatColor(mix(black, white, 0))).toBe('#000000');
    expect(formatColor(mix(black, white, 0.5))).toBe('#808080');
    expect(formatColor(mix(black, white, 1))).toBe('#ffffff');
  });

  test('invert in lightness and keep their hue, as the CSS filters do', () => {
    expect(formatColor(invert(white))).toBe('#000000');
    expect(formatColor(invert(black))).toBe('#ffffff');
    const { red, green, blue } = invert(color('#0b6e4f'));
    expect(green).toBeGreaterThan(red);
    expect(green).toBeGreaterThan(blue);
  });

  test('have a twin that is the colour itself where it will do, and else the nearest that does', () => {
    const readable = (candidate: Color) => contrast(candidate, white) >= 4.5;

    expect(nearestTwin(color('#0b6e4f'), { towards: black, accept: readable })).toEqual(color('#0b6e4f'));
    fc.assert(
      fc.property(anyColor, (own) => {
        const twin = nearestTwin(own, { towards: black, accept: readable });
        expect(contrast(twin, white)).toBeGreaterThanOrEqual(4.5);
      }),
    );
  });
});

function color(hex: string): Color {
  const parsed = parseColor(hex);
  if (parsed === undefined) throw new TypeError(hex);
  return parsed;
}
