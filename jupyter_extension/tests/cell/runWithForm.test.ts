import { expect, test } from 'vitest';

import { draftSaved } from '../../src/cell/kernelCode';
import { withForm } from '../../src/cell/withForm';

test.each([
  ['%%dbapi sql GET a\nSELECT 1', '%%dbapi sql GET a --form\nSELECT 1'],
  ['%%dbapi sql GET a id=7  \r\nSELECT 1', '%%dbapi sql GET a id=7 --form\r\nSELECT 1'],
  ['%%dbapi sql --form GET a\nSELECT 1', '%%dbapi sql --form GET a\nSELECT 1'],
  ['\n  %%dbapi sql GET a\n  SELECT 1', '\n  %%dbapi sql GET a --form\n  SELECT 1']
])('%j is run as %j', (source, run) => expect(withForm(source)).toBe(run));

test('the magics are told of a draft as Python reads it', () => {
  const code = draftSaved({ method: 'GET', content: 'SELECT "a"\n\\ it\'s' }, '"7"');
  expect(code).toBe(
    `__import__('dbapi_jupyter.told', fromlist=['draft_saved']).draft_saved(` +
      String.raw`"{\"method\":\"GET\",\"content\":\"SELECT \\\"a\\\"\\n\\\\ it's\"}", "\"7\"")`
  );
});
