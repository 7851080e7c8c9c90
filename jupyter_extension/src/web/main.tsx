import '../../style/index.css';
import '../../style/web.css';

import { createRoot } from 'react-dom/client';

import { App } from './App';
import { applyTheme, chosenTheme } from './theme';

applyTheme(chosenTheme());
const root = document.getElementById('root');
if (root) createRoot(root).render(<App />);
