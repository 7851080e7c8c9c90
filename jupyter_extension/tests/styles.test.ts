import { readdirSync, readFileSync } from 'node:fs';

import { expect, test } from 'vitest';

// The frame of plain browsers comes after all others, and changes what they say.
const FILES = readdirSync('style').filter(file => file.endsWith('.css') && file !== 'web.css');

test('a class gets its look from one file, so that pages do not change each other', () => {
  const places = new Map<string, Set<string>>();
  for (const file of FILES) {
    const text = readFileSync(`style/${file}`, 'utf8');
    for (const [, name = ''] of text.matchAll(/^(\.dbapi-[\w-]+)(?: \{|,)$/gm)) {
      places.set(name, (places.get(name) ?? new Set()).add(file));
    }
  }
  expect(places.size).toBeGreaterThan(50);
  expect([...places].filter(([, files]) => files.size > 1)).toEqual([]);
});
