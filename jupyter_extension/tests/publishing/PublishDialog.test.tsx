import { fireEvent, screen, waitFor } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';

import type { PublishedAnswer } from '../../src/api/schema';
import { PublishDialog } from '../../src/publishing/PublishDialog';
import { type Answer, draw, refusal } from '../fakePlatform';
import { ANSWERS, DRAFT, ENDPOINT, HERE, ID, pageOf, PLAN } from '../pages/endpoints/world';

const PUBLISHED: PublishedAnswer = {
  version: 3,
  created: true,
  changed: true,
  url: ENDPOINT.url,
  diff: PLAN.diff,
  endpoint: { ...ENDPOINT, live_version: 3 },
  tests: []
};
const TEST = { name: 'main', content: 'assert 0', updated_at: '2026-01-01T00:00:00Z' };
const FAILED = {
  name: 'main',
  passed: false,
  message: 'no',
  line: 1,
  elapsed_ms: 1,
  calls: 0,
  logs: []
};

function open(answers: Record<string, Answer | object> = {}) {
  const published = vi.fn();
  const closed = vi.fn();
  const world = draw(
    <PublishDialog
      endpointId={ID}
      onClose={closed}
      onPublished={published}
      provenance={{ notebook: 'orders.ipynb', cell_id: 'c1' }}
    />,
    {
      ...ANSWERS,
      [`GET ${HERE}/draft`]: () => Response.json(DRAFT, { headers: { ETag: '"seen"' } }),
      [`POST ${HERE}/publish`]: PUBLISHED,
      ...answers
    }
  );
  const sent = () => world.platform.requests.find(one => one.url.pathname.endsWith('/publish'));
  return { ...world, published, closed, sent };
}

const button = (name: string) => screen.findByText(name, { selector: 'button' });

test('the draft that was seen is published, with its message and where it came from', async () => {
  const { published, sent } = open();
  await userEvent.type(await screen.findByLabelText(/^Message/), 'More rows');
  fireEvent.click(await button('Publish'));
  expect(await screen.findByText(/Version 3 is live/)).toBeTruthy();
  expect(sent()?.headers.get('If-Match')).toBe('"seen"');
  expect(sent()?.body).toEqual({
    message: 'More rows',
    provenance: { notebook: 'orders.ipynb', cell_id: 'c1' }
  });
  expect(published).toHaveBeenCalledWith(PUBLISHED);
});

test('what is live can be opened, granted and called', async () => {
  const { opened, closed } = open();
  fireEvent.click(await button('Publish'));
  fireEvent.click(await button('Grant a client'));
  expect(opened).toEqual([`/endpoints/${ID}/access`]);
  expect(closed).toHaveBeenCalled();
});

test('changed fields are shown before and after', async () => {
  open();
  const row = (await screen.findByText('Rows at most')).closest('tr');
  expect(row?.textContent).toBe('Rows at most1050');
});

test('where nothing changes, nothing is offered', async () => {
  open({ [`GET ${HERE}/plan`]: { ...PLAN, changes: false, next_version: null } });
  expect(await screen.findByText(/There is nothing to publish/)).toBeTruthy();
  expect(screen.queryByText('Publish', { selector: 'button' })).toBeNull();
});

test('a change that breaks callers is published only when they know', async () => {
  const message = 'parameter region is gone';
  const contract = [{ kind: 'parameter_removed', name: 'region', breaking: true, message }];
  const diff = { ...PLAN.diff, contract };
  const callers = [
    { client_id: 'c1', name: 'Web shop', requests: 7, last_called_at: '2026-01-01T00:00:00Z' },
    { client_id: null, name: null, requests: 2, last_called_at: '2026-01-01T00:00:00Z' }
  ];
  open({ [`GET ${HERE}/plan`]: { ...PLAN, diff, contract, callers } });
  const publish = (await button('Publish breaking change')) as HTMLButtonElement;
  expect(screen.getByText('parameter region is gone')).toBeTruthy();
  expect(screen.getByText('Web shop')).toBeTruthy();
  expect(publish.disabled).toBe(true);
  fireEvent.click(screen.getByLabelText(/The callers know/));
  expect(publish.disabled).toBe(false);
});

test('changes of the contract are marked as breaking or not', async () => {
  const contract = [
    { kind: 'parameter_added', name: 'since', breaking: false, message: 'since is new' },
    { kind: 'column_removed', name: 'total', breaking: true, message: 'column total is gone' }
  ];
  open({ [`GET ${HERE}/plan`]: { ...PLAN, diff: { ...PLAN.diff, contract } } });
  expect((await screen.findByText('since is new')).closest('li')?.textContent).toContain('safe');
  expect(screen.getByText('column total is gone').closest('li')?.textContent).toContain('breaks');
});

test('a test that fails asks for a reason, which is sent', async () => {
  const { sent } = open({
    [`GET ${HERE}/tests`]: pageOf([TEST]),
    [`POST ${HERE}/tests/run`]: { passed: false, results: [FAILED] }
  });
  const publish = (await button('Publish all the same')) as HTMLButtonElement;
  expect(screen.getByText('Line 1: no')).toBeTruthy();
  expect(publish.disabled).toBe(true);
  await userEvent.type(screen.getByLabelText(/^Publish although a test fails/), 'the demo');
  fireEvent.click(publish);
  await waitFor(() => expect(sent()?.body).toMatchObject({ force: 'the demo' }));
});

test('a refusal by the tests asks for a reason too', async () => {
  open({
    [`GET ${HERE}/tests`]: pageOf([TEST]),
    [`POST ${HERE}/tests/run`]: { passed: true, results: [{ ...FAILED, passed: true }] },
    [`POST ${HERE}/publish`]: () => refusal(409, 'tests_failed', 'main: no', 'tests.main')
  });
  const publish = (await button('Publish')) as HTMLButtonElement;
  await waitFor(() => expect(publish.disabled).toBe(false));
  fireEvent.click(publish);
  expect(await button('Publish all the same')).toBeTruthy();
});

test('a draft that somebody changed meanwhile is shown, and looked at anew', async () => {
  let etag = '"seen"';
  const { sent, platform } = open({
    [`GET ${HERE}/draft`]: () => Response.json(DRAFT, { headers: { ETag: etag } }),
    [`POST ${HERE}/publish`]: () => {
      if (etag === '"newer"') return PUBLISHED;
      etag = '"newer"';
      const error = {
        code: 'precondition_failed',
        request_id: 'r',
        details: [],
        logs: [],
        current: { ...DRAFT, timeout: 5 },
        sent: null,
        etag
      };
      const message = 'ben has changed it since you read it';
      return Response.json({ success: false, message, data: [], error }, { status: 412 });
    }
  });
  fireEvent.click(await button('Publish'));
  expect(await screen.findByText(/ben has changed it/)).toBeTruthy();
  expect(screen.getByText('Timeout (seconds)').closest('tr')?.textContent).toContain('5');
  expect(sent()?.headers.get('If-Match')).toBe('"seen"');
  fireEvent.click(screen.getByText('Look at what would be published now'));
  fireEvent.click(await button('Publish'));
  expect(await screen.findByText(/Version 3 is live/)).toBeTruthy();
  const last = platform.requests.findLast(one => one.url.pathname.endsWith('/publish'));
  expect(last?.headers.get('If-Match')).toBe('"newer"');
});
