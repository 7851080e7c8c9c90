import type { ReactElement } from 'react';

import { parametersOf } from '../../../api/parameters';
import { useApi } from '../../../api/context';
import { useMay } from '../../../api/me';
import type { DefinitionAnswer, EndpointAnswer } from '../../../api/schema';
import { Code } from '../../../components/Code';
import { Link } from '../../../components/Link';
import { Facts, Section } from '../../../components/Page';
import { Tag, Time } from '../../../components/small';
import { Loaded } from '../../../components/states';
import { useMayHere } from '../data';
import { Answers } from './Answers';
import { EndKept } from './EndKept';
import { Parameters } from './Parameters';
import { Traffic } from './Traffic';

/** What the endpoint is, and what is asked of it. */
export function OverviewTab({ endpoint }: { endpoint: EndpointAnswer }): ReactElement {
  const maySeeTraffic = useMay()('overview', 'read');
  const draft = useApi().query.useQuery('get', '/api/v1/endpoints/{endpoint_id}/draft', {
    params: { path: { endpoint_id: endpoint.id } }
  });
  return (
    <>
      {endpoint.description && <p className="dbapi-Endpoint-about">{endpoint.description}</p>}
      <Section title="About it">
        <About endpoint={endpoint} />
      </Section>
      {maySeeTraffic && <Traffic endpoint={endpoint} />}
      <Loaded query={draft} what="the definition">
        {definition => <Definition endpoint={endpoint} definition={definition} />}
      </Loaded>
    </>
  );
}

function About({ endpoint }: { endpoint: EndpointAnswer }): ReactElement {
  return (
    <Facts
      facts={[
        ['Module', endpoint.module],
        ['Datasource', endpoint.datasource],
        ['Live version', endpoint.live_version],
        ['Latest version', endpoint.latest_version],
        [
          'Changed',
          <>
            <Time at={endpoint.updated_at} />
            {endpoint.updated_by && ` by ${endpoint.updated_by}`}
          </>
        ]
      ]}
    />
  );
}

function Definition(props: {
  endpoint: EndpointAnswer;
  definition: DefinitionAnswer;
}): ReactElement {
  const { endpoint, definition } = props;
  const isSql = definition.engine === 'sql';
  const mayEnd = useMayHere(endpoint)('publish') && endpoint.live_version !== null;
  return (
    <>
      <Section
        title="Parameters"
        actions={endpoint.state === 'edited' && <Standing endpoint={endpoint} />}
      >
        <Parameters parameters={parametersOf(endpoint.path, endpoint.params)} />
      </Section>
      <Section title="Limits">
        <Limits definition={definition} />
      </Section>
      <Section
        title="Answers"
        actions={mayEnd && definition.cache !== null && <EndKept endpoint={endpoint} />}
      >
        <Answers definition={definition} />
      </Section>
      <Section title={isSql ? 'Query' : 'Script'} actions={<Standing endpoint={endpoint} />}>
        <Code
          text={definition.content}
          language={isSql ? 'sql' : 'python'}
          label={isSql ? 'The query' : 'The script'}
        />
      </Section>
      {definition.transform !== null && (
        <Section title="Transform">
          <Code text={definition.transform} language="python" label="The transform" />
        </Section>
      )}
    </>
  );
}

/** Which of its texts is shown, where the draft is not what answers calls. */
function Standing({ endpoint }: { endpoint: EndpointAnswer }): ReactElement | null {
  if (endpoint.state === 'live') return null;
  if (endpoint.state !== 'edited') return <Tag>draft, not live</Tag>;
  return (
    <span>
      <Tag tone="attention">draft, edited since version {endpoint.live_version}</Tag>{' '}
      <Link to={`/endpoints/${endpoint.id}/versions?from=live&to=draft`}>What changed</Link>
    </span>
  );
}

function Limits({ definition }: { definition: DefinitionAnswer }): ReactElement {
  const usual = <span className="dbapi-Muted">the platform’s</span>;
  const none = <span className="dbapi-Muted">none</span>;
  return (
    <Facts
      facts={[
        ['Timeout', definition.timeout === null ? usual : `${definition.timeout} s`],
        ['Rows at most', definition.max_rows ?? usual],
        ['Requests a minute, each caller', definition.rate_limit ?? none],
        ['Requests at a time, each caller', definition.max_concurrent ?? usual],
        ['Unknown parameters', definition.unknown_params === 'refuse' ? 'refused' : 'ignored']
      ]}
    />
  );
}
