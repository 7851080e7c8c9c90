import { fireEvent, screen, waitFor } from '@testing-library/react';
import { beforeEach, expect, test } from 'vitest';

import EndpointsPage from '../../../src/pages/endpoints/EndpointsPage';
import { LocationProvider } from '../../../src/pages/location';
import { draw } from '../../fakePlatform';
import { ANSWERS, DRAFT, HERE, ID, whoMay } from './world';

const KEPT = { ...ANSWERS, [`GET ${HERE}/draft`]: { ...DRAFT, cache: { ttl: 60, vary: [] } } };

beforeEach(() => sessionStorage.clear());

function page() {
  return (
    <LocationProvider location={`/endpoints/${ID}`}>
      <EndpointsPage />
    </LocationProvider>
  );
}

test('what is kept of its answers can be ended, by whoever may publish', async () => {
  const purged: string[] = [];
  const world = draw(page(), {
    ...KEPT,
    [`POST ${HERE}/purge`]: () => {
      purged.push(ID);
      return new Response(null, { status: 204 });
    }
  });
  fireEvent.click(await screen.findByText('End kept answers'));
  await waitFor(() =>
    expect(world.said).toEqual(['What was kept of GET orders/{customer_id} has ended'])
  );
  expect(purged).toEqual([ID]);
});

test('nothing is ended where nothing is kept, nor by whoever may only read', async () => {
  const first = draw(page(), ANSWERS);
  await screen.findByText('Requests a minute, each caller');
  expect(screen.queryByText('End kept answers')).toBeNull();
  first.unmount();
  draw(page(), KEPT, { me: whoMay('endpoint:read', 'module:read') });
  await screen.findByText('60 s, for all callers');
  expect(screen.queryByText('End kept answers')).toBeNull();
});
