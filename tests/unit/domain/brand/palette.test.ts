import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { contrast, formatColor, invert, parseColor } from '../../../../src/domain/brand/color.ts';
import { bandColor, darkPalette, lightPalette } from '../../../../src/domain/brand/palette.ts';

const anyBrand = fc
  .integer({ min: 0, max: 0xff_ff_ff })
  .map((value) => `#${value.toString(16).padStart(6, '0')}`);

function ratio(one: string, other: string): number {
  const [first, second] = [parseColor(one), parseColor(other)];
  return first === undefined || second === undefined ? 0 : contrast(first, second);
}

function inverted(hex: string): string {
  const color = parseColor(hex);
  return color === undefined ? '' : formatColor(invert(color));
}

describe('the colours of an edition', () => {
  test('can be read for any brand colour: in light, in dark and inverted', () => {
    fc.assert(
      fc.property(anyBrand, (brand) => {
        for (const palette of [lightPalette(brand), darkPalette(brand)]) {
          for (const text of [palette.text, palette.grey, palette.accent]) {
            for (const behind of [palette.page, palette.panel]) {
              expect(ratio(text, behind)).toBeGreaterThanOrEqual(4.5);
            }
          }
        }
        const light = lightPalette(brand);
        for (const text of [light.text, light.grey, light.accent]) {
          expect(ratio(inverted(text), inverted(light.page))).toBeGreaterThanOrEqual(4.5);
        }
      }),
    );
  });

  test('keep a brand colour that can be read, and its band in any case', () => {
    expect(lightPalette('#0b6e4f').accent).toBe('#0b6e4f');
    expect(lightPalette('#ffcc00').accent).not.toBe('#ffcc00');
    expect(bandColor('#FFCC00')).toBe('#ffcc00');
  });

  test('are usable where the brand colour is none', () => {
    expect(lightPalette('blue')).toEqual(lightPalette('nonsense'));
    expect(bandColor('')).toMatch(/^#[0-9a-f]{6}$/u);
  });
});
