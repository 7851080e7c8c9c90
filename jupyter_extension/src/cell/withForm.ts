/** The text of a cell whose run shows a form for the parameters; the cell itself stays as it is. */
export function withForm(source: string): string {
  const start = /^\s*/.exec(source)?.[0].length ?? 0;
  const line = /^[^\r\n]*/.exec(source.slice(start))?.[0] ?? '';
  if (line.split(/\s+/).includes('--form')) return source;
  return `${source.slice(0, start)}${line.trimEnd()} --form${source.slice(start + line.length)}`;
}
