import { createTheme, type MantineColorsTuple } from '@mantine/core';

/** The one accent: the plum of a theatre's curtain. */
const plum: MantineColorsTuple = [
  '#fbf1f6',
  '#f3dfe9',
  '#e6bfd2',
  '#d99bba',
  '#cc7aa3',
  '#bd5b8c',
  '#a53f74',
  '#7d2a58',
  '#6c234b',
  '#54193a',
];
const red: MantineColorsTuple = [
  '#fef3f2',
  '#fee4e2',
  '#fecdca',
  '#fda29b',
  '#f97066',
  '#f04438',
  '#d92d20',
  '#b42318',
  '#912018',
  '#7a271a',
];
/** Neutral greys, light to dark. The sixth is the lightest that text may have on white (5.2 to 1). */
const gray: MantineColorsTuple = [
  '#fafafa',
  '#f4f4f5',
  '#ebebec',
  '#dedee0',
  '#c8c8cc',
  '#97979e',
  '#67676e',
  '#515158',
  '#36363b',
  '#1d1d20',
];
/** The same in the dark theme; the third is for muted text. */
const dark: MantineColorsTuple = [
  '#ececee',
  '#cfcfd3',
  '#a6a6ad',
  '#7b7b83',
  '#3c3c42',
  '#303035',
  '#232327',
  '#1a1a1d',
  '#131315',
  '#0c0c0e',
];

export const theme = createTheme({
  colors: { plum, red, gray, dark },
  primaryColor: 'plum',
  primaryShade: { light: 7, dark: 7 },
  black: '#1d1d20',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", Ubuntu, Cantarell, sans-serif',
  fontSizes: { xs: '12px', sm: '14px', md: '16px', lg: '18px', xl: '22px' },
  defaultRadius: 'md',
  radius: { xs: '3px', sm: '5px', md: '7px', lg: '10px', xl: '16px' },
  headings: {
    fontWeight: '650',
    sizes: { h1: { fontSize: '20px', lineHeight: '1.3' }, h2: { fontSize: '15px', lineHeight: '1.4' } },
  },
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Modal: { defaultProps: { centered: true, radius: 'lg', transitionProps: { duration: 120 } } },
    Popover: { defaultProps: { shadow: 'md', radius: 'md', transitionProps: { duration: 80 } } },
    Menu: { defaultProps: { shadow: 'md', radius: 'md', transitionProps: { duration: 80 } } },
    Tooltip: { defaultProps: { openDelay: 300, transitionProps: { duration: 80 } } },
    Button: { defaultProps: { size: 'sm' } },
  },
});
