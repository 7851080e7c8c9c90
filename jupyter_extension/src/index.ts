import { pagesPlugin } from './lab/pagesPlugin';
import { platformPlugin } from './lab/plugin';

export default [platformPlugin, pagesPlugin];
