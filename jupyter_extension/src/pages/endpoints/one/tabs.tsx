import type { EndpointAnswer } from '../../../api/schema';
import type { Tab } from '../../../components/Tabs';
import { AccessTab } from '../access/AccessTab';
import type { MayHere } from '../data';
import { LogsTab } from '../logs/LogsTab';
import { OverviewTab } from '../overview/OverviewTab';
import { TestsTab } from '../tests/TestsTab';
import { TryTab } from '../trying/TryTab';
import { VersionsTab } from '../versions/VersionsTab';

/** The tabs of an endpoint that the user may see. */
export function tabsOf(endpoint: EndpointAnswer, may: MayHere): Tab[] {
  const tab = (name: string, title: string, content: Tab['content'], isShown = true): Tab[] =>
    isShown ? [{ name, title, content }] : [];
  return [
    ...tab('overview', 'Overview', () => <OverviewTab endpoint={endpoint} />),
    ...tab('try', 'Try it', () => <TryTab endpoint={endpoint} />, may('execute')),
    ...tab('versions', 'Versions', () => <VersionsTab endpoint={endpoint} may={may} />),
    ...tab('access', 'Access', () => <AccessTab endpoint={endpoint} may={may} />),
    ...tab('tests', 'Tests', () => <TestsTab endpoint={endpoint} may={may} />),
    ...tab('logs', 'Logs', () => <LogsTab endpoint={endpoint} />, may('read', 'access_record'))
  ];
}
