import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core';

/** The one accent, from its lightest to its darkest. */
const accent: MantineColorsTuple = [
  '#eaf0fd',
  '#d3dff9',
  '#a5bdf2',
  '#7499ec',
  '#4d7be6',
  '#3568e3',
  '#285ee2',
  '#1d4fc4',
  '#1546b4',
  '#063c9f',
];

/** Mantine's greys of the dark theme, in the tones of styles/tokens.css. */
const dark: MantineColorsTuple = [
  '#e4e6e8',
  '#c9ccd0',
  '#a0a7af',
  '#6c7178',
  '#444b52',
  '#2a2f34',
  '#1c2024',
  '#16191c',
  '#0f1113',
  '#0b0c0d',
];

export const theme = createTheme({
  colors: { accent, dark },
  primaryColor: 'accent',
  primaryShade: { light: 7, dark: 6 },
  fontFamily: 'var(--font)',
  fontFamilyMonospace: 'var(--mono)',
  fontSizes: { xs: '12px', sm: '14px', md: '14px', lg: '15px', xl: '18px' },
  defaultRadius: 6,
  cursorType: 'pointer',
});

/** Mantine's parts take their surfaces from styles/tokens.css. */
export const variables: CSSVariablesResolver = () => {
  const shared = {
    '--mantine-color-body': 'var(--surface)',
    '--mantine-color-text': 'var(--text)',
    '--mantine-color-dimmed': 'var(--quiet)',
    '--mantine-color-placeholder': 'var(--quiet)',
    '--mantine-color-default': 'var(--surface)',
    '--mantine-color-default-border': 'var(--line-strong)',
    '--mantine-color-default-hover': 'var(--sunken)',
    '--mantine-color-error': 'var(--bad)',
  };
  return { variables: {}, light: shared, dark: shared };
};
