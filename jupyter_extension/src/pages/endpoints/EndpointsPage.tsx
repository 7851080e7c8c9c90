import type { ReactElement } from 'react';

import { usePageLocation } from '../location';
import { EndpointList } from './list/EndpointList';
import { EndpointPage } from './one/EndpointPage';

/** `/endpoints` is the list, `/endpoints/{id}/{tab}` one of them. */
export default function EndpointsPage(): ReactElement {
  const { parts } = usePageLocation();
  const [, id, tab] = parts;
  return id === undefined ? (
    <EndpointList />
  ) : (
    <EndpointPage key={id} endpointId={id} tab={tab ?? 'overview'} />
  );
}
