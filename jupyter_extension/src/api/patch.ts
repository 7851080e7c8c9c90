const HUNK = /^@@ -\d+(?:,\d+)? \+(\d+)(?:,(\d+))? @@/;

/**
 * The text before a change, from the text after it and the unified diff between them: the platform
 * tells no more of a version. Null where they do not fit together.
 */
export function textBefore(after: string, unified: string): string | null {
  if (unified === '') return after;
  const lines = after === '' ? [] : after.split(/\r\n|\r|\n/);
  const before: string[] = [];
  let at = 0;
  for (const line of unified.split('\n').slice(2)) {
    const hunk = HUNK.exec(line);
    if (hunk) {
      // An empty range names the line that it stands behind.
      const start = Number(hunk[1]) - (hunk[2] === '0' ? 0 : 1);
      before.push(...lines.slice(at, start));
      at = start;
    } else if (line.startsWith('-')) {
      before.push(line.slice(1));
    } else {
      if (lines[at] !== line.slice(1)) return null;
      if (!line.startsWith('+')) before.push(line.slice(1));
      at += 1;
    }
  }
  return [...before, ...lines.slice(at)].join('\n');
}
