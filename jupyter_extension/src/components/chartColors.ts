import uPlot from 'uplot';

/** What a colour of the theme is now; a canvas does not know the theme's names. */
export function resolved(host: HTMLElement, color: string): string {
  const probe = document.createElement('span');
  probe.style.color = color;
  host.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}

/** A resolved colour that lets through what is behind it. */
export function faded(color: string, alpha: number): string {
  return color.replace(/^rgb\((.*)\)$/, `rgba($1, ${alpha})`);
}

/** Stripes in a colour, the same as those of the key. */
export function stripes(ctx: CanvasRenderingContext2D, color: string): CanvasPattern | string {
  const size = Math.round(6 * uPlot.pxRatio);
  const tile = document.createElement('canvas');
  tile.width = size;
  tile.height = size;
  const brush = tile.getContext('2d');
  if (!brush) return color;
  brush.fillStyle = faded(color, 0.35);
  brush.fillRect(0, 0, size, size);
  brush.fillStyle = color;
  brush.fillRect(0, 0, size / 2, size);
  const pattern = ctx.createPattern(tile, 'repeat');
  pattern?.setTransform(new DOMMatrix().rotate(45));
  return pattern ?? color;
}

/** Tell when the theme is another: JupyterLab and the plain pages note theirs at the body. */
export function onTheme(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  observer.observe(document.body, {
    attributeFilter: ['data-jp-theme-light', 'data-jp-theme-name']
  });
  return () => observer.disconnect();
}
