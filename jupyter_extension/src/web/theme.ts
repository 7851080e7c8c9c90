import dark from '@jupyterlab/theme-dark-extension/style/variables.css?inline';
import light from '@jupyterlab/theme-light-extension/style/variables.css?inline';

export type Theme = 'system' | 'light' | 'dark';

const KEY = 'dbapi-theme';
const system = window.matchMedia('(prefers-color-scheme: dark)');
const sheet = new CSSStyleSheet();
document.adoptedStyleSheets.push(sheet);

/** The theme that was chosen in this browser; the system's where none was. */
export function chosenTheme(): Theme {
  const kept = localStorage.getItem(KEY);
  return kept === 'light' || kept === 'dark' ? kept : 'system';
}

/** Show the pages in a theme: JupyterLab's own colours, light or dark. */
export function applyTheme(theme: Theme): void {
  const isDark = theme === 'dark' || (theme === 'system' && system.matches);
  sheet.replaceSync(isDark ? dark : light);
  document.documentElement.style.colorScheme = isDark ? 'dark' : 'light';
  document.body.dataset['jpThemeLight'] = String(!isDark);
}

/** Keep a theme and show it. */
export function chooseTheme(theme: Theme): void {
  localStorage.setItem(KEY, theme);
  applyTheme(theme);
}

system.addEventListener('change', () => applyTheme(chosenTheme()));
