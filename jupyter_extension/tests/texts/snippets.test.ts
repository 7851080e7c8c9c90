import { expect, test } from 'vitest';

import { isSecret, parametersOf } from '../../src/api/parameters';
import { type Call, snippet } from '../../src/texts/snippets';

const CALL: Call = {
  method: 'GET',
  url: 'http://here/api/orders/{customer_id}',
  parameters: parametersOf('orders/{customer_id}', [
    { name: 'tag', type: 'array' },
    { name: 'api_key', in: 'header', header: 'X-Key' }
  ]),
  values: { customer_id: 'a/b', tag: ['x', "it's"] },
  isPrivate: true
};

test('curl has each value where it is taken from, and no secret', () => {
  const text = snippet({ ...CALL, values: { ...CALL.values, api_key: 'hunter2' } }, 'curl');
  expect(text).toBe(
    [
      "curl 'http://here/api/orders/a%2Fb?tag=x&tag=it%27s'",
      "-H 'Authorization: Bearer TOKEN'",
      "-H 'X-Key: API_KEY'"
    ].join(' \\\n  ')
  );
});

test('what is posted goes into the body', () => {
  const call = { ...CALL, method: 'POST', isPrivate: false };
  expect(snippet(call, 'Python')).toContain('json={"tag": ["x", "it\'s"]}');
  expect(snippet(call, 'JavaScript')).toContain('body: JSON.stringify({"tag":["x","it\'s"]})');
  expect(snippet(call, 'curl')).toContain(`-d '{"tag":["x","it'\\''s"]}'`);
});

test('a value that is not given stays a name in the path', () => {
  expect(snippet({ ...CALL, values: {} }, 'curl')).toContain('/orders/{customer_id}');
});

test('what is required and not given is named, so that the call shows what to fill in', () => {
  const parameters = parametersOf('people', [
    { name: 'country', required: true },
    { name: 'limit' }
  ]);
  const call = { ...CALL, url: 'http://here/api/people', parameters, values: {} };
  expect(snippet(call, 'curl')).toContain('/people?country=COUNTRY');
  expect(snippet(call, 'curl')).not.toContain('limit');
});

test('parameters of the path stand first and are required', () => {
  const found = parametersOf('a/{x}/{y}', [{ name: 'limit' }, { name: 'y', type: 'integer' }]);
  expect(found.map(one => [one.name, one.type, one.required])).toEqual([
    ['x', 'string', true],
    ['y', 'integer', true],
    ['limit', 'string', false]
  ]);
});

test.each(['password', 'client_secret', 'apiKey', 'access_token', 'pin'])('%s is secret', name => {
  expect(isSecret(name)).toBe(true);
});

test.each(['passenger', 'pinned', 'monkey', 'limit'])('%s is not secret', name => {
  expect(isSecret(name)).toBe(false);
});
