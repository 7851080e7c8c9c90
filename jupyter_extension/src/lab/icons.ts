import { LabIcon } from '@jupyterlab/ui-components';

import { type IconName, svgOf } from '../components/icons';

const made = new Map<IconName, LabIcon>();

/** One of our icons, as JupyterLab's menus and tabs take it. */
export function labIcon(name: IconName): LabIcon {
  let icon = made.get(name);
  if (!icon) {
    icon = new LabIcon({ name: `dbapi:${name}`, svgstr: svgOf(name) });
    made.set(name, icon);
  }
  return icon;
}
