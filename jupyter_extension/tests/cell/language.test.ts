import { highlightTree, tagHighlighter, tags } from '@lezer/highlight';
import { expect, test } from 'vitest';

import type { CellLanguage } from '../../src/cell/kinds';
import { cellLanguage, templateLanguage } from '../../src/cell/language';

const names = tagHighlighter([
  { tag: tags.meta, class: 'meta' },
  { tag: tags.keyword, class: 'keyword' },
  { tag: tags.string, class: 'string' },
  { tag: tags.comment, class: 'comment' },
  { tag: tags.number, class: 'number' },
  { tag: tags.bool, class: 'bool' },
  { tag: tags.typeName, class: 'type' },
  { tag: tags.definition(tags.propertyName), class: 'key' },
  { tag: tags.standard(tags.name), class: 'filter' },
  { tag: tags.variableName, class: 'name' }
]);

/** What each coloured piece of a text is. */
function colours(text: string, language: CellLanguage | 'template' = 'sql'): string[] {
  const support = language === 'template' ? templateLanguage() : cellLanguage(language, null);
  const found: string[] = [];
  highlightTree(support.language.parser.parse(text), names, (from, to, name) => {
    found.push(`${name} ${text.slice(from, to)}`);
  });
  return found;
}

test('the first line, the header and the query have their own colours', () => {
  const found = colours(
    '%%dbapi sql GET orders/{id}\n--| params:\n--|   id: {type: integer, default: 7}\n' +
      "SELECT 'a' FROM orders WHERE id = {{ id | sql_int }} -- why\n{% if since %} AND 1 {% endif %}"
  );
  const expected = ['meta %%dbapi', 'keyword sql', 'type GET', 'string orders/{id}', 'meta --|'];
  expect(found).toEqual(expect.arrayContaining(expected));
  expect(found).toEqual(
    expect.arrayContaining(['key params', 'key default', 'keyword SELECT', "string 'a'"])
  );
  expect(found).toEqual(
    expect.arrayContaining(['meta {{', 'name id', 'filter sql_int', 'meta }}', 'comment -- why'])
  );
  expect(found).toEqual(
    expect.arrayContaining(['meta {%', 'keyword if', 'name since', 'keyword AND', 'keyword endif'])
  );
});

test('a header line that is only begun does not stop the colours', () => {
  expect(colours('%%dbapi sql GET a\n--|')).toContain('meta --|');
  expect(colours('%%dbapi sql GET a\n--| name: x\n--|')).toContain('key name');
});

test('a header line is no comment of SQL', () => {
  expect(colours('%%dbapi sql GET a\n--| name: x\nSELECT 1')).not.toContain('comment --| name: x');
});

test('SQL goes on over a tag: a quote that holds one stays a text', () => {
  expect(colours("SELECT '{{ a }} b' FROM c", 'template')).toEqual(
    expect.arrayContaining(['keyword SELECT', 'meta {{', 'name a', 'keyword FROM'])
  );
});

test('a script has Python below its header', () => {
  const found = colours('%%dbapi script GET a\n#| name: x\ndef execute(params): # y', 'python');
  expect(found).toEqual(expect.arrayContaining(['key name', 'keyword def', 'comment # y']));
});

test.each(['{{', '{% if', '{# never closed', "{{ 'a", '%%dbapi', '%%dbapi sql GET "', ''])(
  'unfinished text %j is read',
  text => {
    colours(text, 'template');
    colours(`%%dbapi sql GET a\n${text}`);
    colours(text);
    expect(templateLanguage().language.parser.parse(text).length).toBe(text.length);
  }
);
