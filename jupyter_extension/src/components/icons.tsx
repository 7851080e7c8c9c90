import type { ReactElement } from 'react';

/** The outlines of our icons, on a square of 16; drawn in the colour of the text around them. */
const OUTLINES = {
  add: 'M8 3v10M3 8h10',
  alert: 'M8 2.5 14.5 13.5h-13zM8 6.5v3.5M8 11.8v.4',
  audit: 'M4 2h8v12H4zM6 5h4M6 8h4M6 11h2',
  back: 'M9.5 3.5 5 8l4.5 4.5',
  check: 'M3 8.5 6.5 12 13 4.5',
  chevron: 'M6 3.5 10.5 8 6 12.5',
  client: 'M8 2a3 3 0 1 1 0 6 3 3 0 0 1 0-6zM2.5 14a5.5 5.5 0 0 1 11 0',
  close: 'M4 4l8 8M12 4l-8 8',
  column: 'M3 4h10M3 8h10M3 12h6',
  copy: 'M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3',
  dashboard: 'M2.5 13.5v-5M6.2 13.5v-9M9.8 13.5v-6M13.5 13.5v-11',
  datasource: 'M3 4c0-2 10-2 10 0s-10 2-10 0v8c0 2 10 2 10 0V4M3 8c0 2 10 2 10 0',
  edit: 'M3 13l.7-3L10.5 3.2l2.3 2.3L6 12.3z',
  endpoint: 'M5.5 4 1.5 8l4 4M10.5 4l4 4-4 4',
  filter: 'M2 3.5h12L9.5 8.5v5l-3-1.5v-3.5z',
  firewall: 'M8 1.8l5.5 2v4.4c0 3-2.4 5-5.5 6-3.1-1-5.5-3-5.5-6V3.8z',
  history: 'M8 4.5V8l2.5 1.5M2.5 8a5.5 5.5 0 1 0 1.8-4L2.5 5.5M2.5 2.5v3h3',
  link: 'M6.5 9.5l3-3M5 7 3.5 8.5a2.8 2.8 0 0 0 4 4L9 11M11 9l1.5-1.5a2.8 2.8 0 0 0-4-4L7 5',
  logs: 'M2.5 3.5h11M2.5 6.5h7M2.5 9.5h11M2.5 12.5h5',
  macro: 'M6 2.5c-3 0-.5 5-3.5 5.5 3 .5.5 5.5 3.5 5.5M10 2.5c3 0 .5 5 3.5 5.5-3 .5-.5 5.5-3.5 5.5',
  module: 'M1.8 4h4.5l1.5 2h6.4v7H1.8z',
  more: 'M3.5 8h.1M8 8h.1M12.5 8h.1',
  open: 'M6.5 3.5h-4v10h10v-4M9 2.5h4.5V7M13.5 2.5 7.5 8.5',
  publish: 'M8 11V2.5M4.5 6 8 2.5 11.5 6M2.5 10v3.5h11V10',
  refresh: 'M13.5 8a5.5 5.5 0 1 1-1.8-4l1.8 1.5M13.5 2.5v3h-3',
  remove: 'M3 4.5h10M6 4.5v-2h4v2M4.5 4.5l.6 9h5.8l.6-9M7 7v4M9 7v4',
  role: 'M10.5 2a3.5 3.5 0 1 1-2 6.3L3 13.8v-2.3L2 11M10.8 5h.1',
  run: 'M4.5 2.8v10.4L13 8z',
  search: 'M7 2.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9zM10.2 10.2l3.3 3.3',
  table: 'M2 3h12v10H2zM2 6.5h12M6 3v10'
} as const;

export type IconName = keyof typeof OUTLINES;

/** The same drawing for JupyterLab's own icons. */
export function svgOf(name: IconName): string {
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 16 16">` +
    `<path class="jp-icon3" style="fill:none" stroke="#616161" stroke-width="1.3" ` +
    `stroke-linecap="round" stroke-linejoin="round" d="${OUTLINES[name]}"/></svg>`
  );
}

/** An icon; with a label it is read out, without one it is only seen. */
export function Icon(props: { name: IconName; label?: string }): ReactElement {
  return (
    <svg
      className="dbapi-Icon"
      viewBox="0 0 16 16"
      role={props.label ? 'img' : undefined}
      aria-label={props.label}
      aria-hidden={props.label ? undefined : true}
    >
      <path d={OUTLINES[props.name]} />
    </svg>
  );
}
