/** A word of the first line; `from` and `to` are where it stands there, its quotes included. */
export interface Word {
  text: string;
  from: number;
  to: number;
}

const SPACE = /[ \t\r\n]/;

/** Split as Python's shlex does: quotes keep spaces together. Null where a quote has no partner. */
export function splitWords(line: string): Word[] | null {
  const words: Word[] = [];
  let at = 0;
  while (at < line.length) {
    if (SPACE.test(line.charAt(at))) {
      at += 1;
      continue;
    }
    const word = readWord(line, at);
    if (!word) return null;
    words.push(word);
    at = word.to;
  }
  return words;
}

function readWord(line: string, from: number): Word | null {
  let text = '';
  let at = from;
  while (at < line.length && !SPACE.test(line.charAt(at))) {
    const character = line.charAt(at);
    if (character === '\\') {
      if (at + 1 >= line.length) return null;
      text += line.charAt(at + 1);
      at += 2;
    } else if (character === '"' || character === "'") {
      const quoted = readQuoted(line, at + 1, character);
      if (!quoted) return null;
      text += quoted.text;
      at = quoted.to;
    } else {
      text += character;
      at += 1;
    }
  }
  return { text, from, to: at };
}

function readQuoted(
  line: string,
  from: number,
  quote: string
): { text: string; to: number } | null {
  let text = '';
  for (let at = from; at < line.length; at++) {
    let character = line.charAt(at);
    if (character === quote) return { text, to: at + 1 };
    if (character === '\\' && quote === '"' && /["\\]/.test(line.charAt(at + 1))) {
      at += 1;
      character = line.charAt(at);
    }
    text += character;
  }
  return null;
}
