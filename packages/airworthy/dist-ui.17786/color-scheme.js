// Before the first paint, so that nobody's eyes meet the other theme. A file, because the pages allow no inline script.
(() => {
  let chosen = null;
  try {
    chosen = localStorage.getItem('airworthy-color-scheme');
  } catch {
    // Storage may be forbidden; the system's preference then holds.
  }
  const dark =
    chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.mantineColorScheme = dark ? 'dark' : 'light';
})();
