import { localStorageColorSchemeManager, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';

/** The same key as in public/color-scheme.js, which reads it before the first paint. */
export const colourSchemes = localStorageColorSchemeManager({ key: 'airworthy-color-scheme' });

/** The theme in force, and a switch to the other one. */
export function useColourScheme(): { scheme: 'light' | 'dark'; toggle: () => void } {
  const scheme = useComputedColorScheme('light', { getInitialValueInEffect: false });
  const { setColorScheme } = useMantineColorScheme();
  return { scheme, toggle: () => setColorScheme(scheme === 'dark' ? 'light' : 'dark') };
}
