import { cellsPlugin } from './lab/cells/plugin';
import { loginPlugin } from './lab/loginPlugin';
import { pagesPlugin } from './lab/pagesPlugin';
import { platformPlugin } from './lab/plugin';
import { sidebarPlugin } from './lab/sidebarPlugin';

export default [platformPlugin, loginPlugin, pagesPlugin, sidebarPlugin, cellsPlugin];
