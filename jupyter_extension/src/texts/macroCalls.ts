import type { MacroAnswer } from '../api/schema';

const SQL = /\{%-?\s*macro\s+(\w+)\s*\(([^)]*)\)/g;
const PYTHON = /^(?:async\s+)?def\s+([a-zA-Z]\w*)\s*\(([^)]*)\)/gm;

/** How templates and scripts call what a macro defines. */
export function callsOf(macro: Pick<MacroAnswer, 'language' | 'content'>): string[] {
  const isPython = macro.language === 'python';
  return [...macro.content.matchAll(isPython ? PYTHON : SQL)].map(([, name = '', given = '']) => {
    const call = `${name}(${namesOf(given).join(', ')})`;
    return isPython ? call : `{{ ${call} }}`;
  });
}

// What has a default, or takes all that is left, need not be given.
function namesOf(given: string): string[] {
  return given
    .split(',')
    .map(one => one.trim())
    .filter(one => one !== '' && !one.includes('=') && !one.startsWith('*') && one !== '/')
    .map(one => one.split(':')[0]?.trim() ?? one);
}
