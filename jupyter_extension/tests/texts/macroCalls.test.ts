import { expect, test } from 'vitest';

import { callsOf } from '../../src/texts/macroCalls';

test('what a template macro defines is called in braces, without what has a default', () => {
  const content =
    '{%- macro page(number, size=20) -%}x{% endmacro %}{% macro all() %}{% endmacro %}';
  expect(callsOf({ language: 'sql', content })).toEqual(['{{ page(number) }}', '{{ all() }}']);
});

test('what a Python macro defines is called by name; its helpers are left out', () => {
  const content =
    'def euros(cents: int, *rest, digits=2):\n    def inner(): pass\ndef _own(): pass\n';
  expect(callsOf({ language: 'python', content })).toEqual(['euros(cents)']);
});
