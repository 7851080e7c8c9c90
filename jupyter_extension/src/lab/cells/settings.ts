import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import { Signal } from '@lumino/signaling';

const PLUGIN = 'dbapi-jupyter:plugin';

/** What users may set about cells; the defaults until the settings are read, or without any. */
export class CellSettings {
  refreshSeconds = 30;
  checkDelay = 600;
  readonly changed = new Signal<this, void>(this);

  constructor(registry: ISettingRegistry | null) {
    void registry
      ?.load(PLUGIN)
      .then(settings => {
        this.read(settings);
        settings.changed.connect(() => this.read(settings));
      })
      .catch((error: unknown) => console.warn('The settings of pyDBAPI cannot be read', error));
  }

  private read(settings: ISettingRegistry.ISettings): void {
    this.refreshSeconds = settings.get('refreshSeconds').composite as number;
    this.checkDelay = settings.get('checkDelay').composite as number;
    this.changed.emit();
  }
}
