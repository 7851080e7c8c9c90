/** What the platform answers about cells. */

export interface Word {
  name: string;
  /** How it is written. */
  signature: string;
  summary: string;
  /** An example or a further sentence. */
  detail: string;
}

export interface Key {
  name: string;
  summary: string;
  /** Those there are; null where they are free. */
  values: string[] | null;
}

/** `GET /vocabulary`: what templates, scripts and headers can say. */
export interface Vocabulary {
  filters: Word[];
  tags: Word[];
  tests: Word[];
  globals: Word[];
  script: { names: Word[]; modules: string[] };
  header: {
    keys: Key[];
    parameter_keys: Key[];
    types: { name: string; summary: string }[];
  };
}

/** One of `POST /drafts/check`; places count from 1, columns in code points. */
export interface Problem {
  severity: 'error' | 'warning' | 'info';
  message: string;
  hint: string | null;
  code: string;
  part: 'content' | 'transform' | 'header';
  field: string | null;
  line: number | null;
  column: number | null;
  end_line: number | null;
  end_column: number | null;
}

/** `POST /drafts/check`: what saving the cell would change or refuse. */
export interface Check {
  endpoint_id: string | null;
  state: State | null;
  live_version: number | null;
  changed: boolean;
  differs_from_live: boolean;
  params: { name: string }[];
  problems: Problem[];
}

export type State = 'draft' | 'live' | 'edited' | 'unpublished';

/** One of `GET /activity`. */
export interface Activity {
  endpoint_id: string;
  method: string;
  path: string;
  state: State;
  live_version: number | null;
  latest_version: number | null;
  requests_24h: number;
  errors_today: number;
  p50_ms_24h: number | null;
  p95_ms_24h: number | null;
  clients_30d: number;
  last_called_at: string | null;
}
