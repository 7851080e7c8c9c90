import { render, screen, within } from '@testing-library/react';
import { expect, test } from 'vitest';

import { Chart, type ChartProps } from '../../src/components/Chart';
import { Tip } from '../../src/components/chartParts';

const PROPS: ChartProps = {
  label: 'Requests by day',
  kind: 'bar',
  isStacked: true,
  points: [
    { label: 'Mon', good: 3, bad: 1 },
    { label: 'Tue', good: null, bad: 2 }
  ],
  series: [
    { key: 'good', name: 'Answered', color: 'var(--jp-brand-color1)' },
    { key: 'bad', name: 'Errors', color: 'var(--jp-error-color1)' }
  ]
};

// There is no canvas here: what a browser without one shows, and what screen readers tell.
test('a chart is a figure with its numbers in words', () => {
  const { rerender } = render(<Chart {...PROPS} />);
  const figure = screen.getByRole('figure');
  expect(within(figure).getByRole('table', { name: 'Requests by day' })).toBeTruthy();
  const cells = (): (string | null)[] =>
    within(figure)
      .getAllByRole('cell')
      .map(cell => cell.textContent);
  expect(cells()).toEqual(['3', '1', '–', '2']);
  rerender(<Chart {...PROPS} points={[{ label: 'Wed', good: 7, bad: 0 }]} />);
  expect(cells()).toEqual(['7', '0']);
});

test('series are named beside their colours; a single one needs no key', () => {
  const { container, rerender } = render(<Chart {...PROPS} />);
  const names = (): (string | null)[] =>
    [...container.querySelectorAll('.dbapi-Chart-key li')].map(one => one.textContent);
  expect(names()).toEqual(['Answered', 'Errors']);
  rerender(<Chart {...PROPS} series={PROPS.series.slice(0, 1)} />);
  expect(names()).toEqual([]);
});

test('the numbers under the pointer have their total where they are stacked', () => {
  const hover = { index: 0, center: 10, width: 20, of: 400 };
  const point = { label: 'Mon', good: 3, bad: null };
  const { container, rerender } = render(<Tip {...PROPS} point={point} hover={hover} />);
  const told = (): (string | null)[] =>
    [...container.querySelectorAll('dl > div')].map(one => one.textContent);
  expect(told()).toEqual(['Answered3', 'Errors–', 'Total3']);
  rerender(<Tip {...PROPS} isStacked={false} unit="ms" point={point} hover={hover} />);
  expect(told()).toEqual(['Answered3.0 ms', 'Errors–']);
});
