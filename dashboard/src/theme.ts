import { createTheme, type MantineColorsTuple } from '@mantine/core';

/** Open water: the product’s own colour. Shade 8 carries white text at 5.5 : 1. */
const ice: MantineColorsTuple = [
  '#e9f6f9',
  '#d5ebf0',
  '#abd7e1',
  '#7dc3d2',
  '#57b2c5',
  '#3fa6bc',
  '#2f9cb3',
  '#14829a',
  '#0c6f85',
  '#085a6d',
];

/** Greys with a little blue, so that dark mode belongs to the same place. */
const dark: MantineColorsTuple = [
  '#d6dee3',
  '#bac5cc',
  '#98a6af',
  '#74838d',
  '#3c4952',
  '#2d3841',
  '#232d35',
  '#181f25',
  '#12181d',
  '#0c1115',
];

export const theme = createTheme({
  colors: { ice, dark },
  primaryColor: 'ice',
  primaryShade: { light: 8, dark: 8 },
  defaultRadius: 'md',
  fontFamily:
    'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Noto Sans KR", "Liberation Sans", Arial, sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace',
  headings: {
    fontWeight: '650',
    sizes: {
      h1: { fontSize: '1.5rem', lineHeight: '1.25' },
      h2: { fontSize: '1.0625rem', lineHeight: '1.4' },
      h3: { fontSize: '0.9375rem', lineHeight: '1.4' },
    },
  },
  respectReducedMotion: true,
});
