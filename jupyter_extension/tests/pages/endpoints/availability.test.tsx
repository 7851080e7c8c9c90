import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';

import EndpointsPage from '../../../src/pages/endpoints/EndpointsPage';
import { LocationProvider } from '../../../src/pages/location';
import { draw, refusal } from '../../fakePlatform';
import { ANSWERS, DRAFT, HERE, ID, pageOf, version, whoMay } from './world';

const FIRST = `${HERE}/versions/1`;

function page() {
  return (
    <LocationProvider location={`/endpoints/${ID}/versions?version=1`}>
      <EndpointsPage />
    </LocationProvider>
  );
}

function whole(more: object = {}, tag = '"seen"'): Response {
  return new Response(JSON.stringify({ ...version(1, more), definition: DRAFT, macros: [] }), {
    headers: { 'Content-Type': 'application/json', ETag: tag }
  });
}

async function open() {
  fireEvent.click(await screen.findByText('Who may call it…'));
  const dialog = await screen.findByRole('dialog', { name: 'Who may call version 1?' });
  await within(dialog).findByLabelText(/^Callable by pin/);
  return within(dialog);
}

test('a list tells which versions can be asked for, and until when', async () => {
  draw(page(), {
    ...ANSWERS,
    [`GET ${HERE}/versions`]: pageOf([
      version(2, { deprecated_at: '2026-01-01T00:00:00Z' }),
      version(1, { is_pinnable: true, sunset_at: '2020-03-01T00:00:00Z' })
    ])
  });
  const table = within(await screen.findByRole('table', { name: 'Versions' }));
  expect(table.getByText('Callable by pin')).toBeTruthy();
  expect(table.getByText('Deprecated')).toBeTruthy();
  expect(table.getByText('Sunset 2020-03-01').title).toContain('It has ended');
});

test('only what was changed is sent, over what was seen', async () => {
  const world = draw(page(), {
    ...ANSWERS,
    [`GET ${FIRST}`]: () => whole({ deprecated_at: '2026-05-01T09:30:00Z' }),
    [`PATCH ${FIRST}`]: version(1, { is_pinnable: true })
  });
  const dialog = await open();
  const deprecated = dialog.getByLabelText(/^Deprecated from/);
  expect((deprecated as HTMLInputElement).value).toBe('2026-05-01');
  fireEvent.click(dialog.getByLabelText(/^Callable by pin/));
  fireEvent.change(dialog.getByLabelText(/^Sunset/), { target: { value: '2027-03-01' } });
  fireEvent.click(dialog.getByText('Save'));
  await waitFor(() =>
    expect(world.said).toEqual(['Version 1 of GET orders/{customer_id} was changed'])
  );
  const sent = world.platform.requests.find(one => one.method === 'PATCH');
  expect(sent?.body).toEqual({ is_pinnable: true, sunset_at: '2027-03-01T00:00:00Z' });
  expect(sent?.headers.get('if-match')).toBe('"seen"');
});

test('a date is taken away, and what the platform refuses stands beside its field', async () => {
  const { platform } = draw(page(), {
    ...ANSWERS,
    [`GET ${FIRST}`]: () =>
      whole({ deprecated_at: '2026-05-01T00:00:00Z', sunset_at: '2026-06-01T00:00:00Z' }),
    [`PATCH ${FIRST}`]: () => refusal(422, 'invalid_request', 'expected later', 'sunset_at')
  });
  const dialog = await open();
  fireEvent.change(dialog.getByLabelText(/^Deprecated from/), { target: { value: '' } });
  fireEvent.click(dialog.getByText('Save'));
  const told = await dialog.findByText('expected later');
  expect(told.closest('label')?.textContent).toContain('Sunset');
  expect(platform.requests.find(one => one.method === 'PATCH')?.body).toEqual({
    deprecated_at: null
  });
});

test('who may not publish sees the tags and no way to change them', async () => {
  draw(
    page(),
    {
      ...ANSWERS,
      [`GET ${HERE}/versions`]: pageOf([version(2), version(1, { is_pinnable: true })])
    },
    { me: whoMay('endpoint:read', 'endpoint:update', 'module:read') }
  );
  expect(await screen.findAllByText('Callable by pin')).toHaveLength(2);
  expect(screen.queryByText('Who may call it…')).toBeNull();
});
