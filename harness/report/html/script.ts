/**
 * The page's only script: filter, sort, copy, theme. It reads what is there and shows less or in another order; the page is complete without it.
 * Its SHA-256 stands in the page's content security policy.
 */
export const SCRIPT = `
(() => {
  const root = document.documentElement;
  root.classList.add('scripted');
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];

  const themes = ['auto', 'dark', 'light'];
  const themeButton = document.getElementById('theme');
  const setTheme = (theme) => {
    if (theme === 'auto') delete root.dataset.theme;
    else root.dataset.theme = theme;
    themeButton.textContent = 'Theme: ' + theme;
  };
  // Storage may be closed to files; the choice then lasts as long as the page.
  const stored = () => { try { return localStorage.getItem('fleetdiff-theme'); } catch { return null; } };
  const store = (theme) => { try { localStorage.setItem('fleetdiff-theme', theme); } catch { return; } };
  let theme = themes.includes(stored()) ? stored() : 'auto';
  setTheme(theme);
  themeButton.addEventListener('click', () => {
    theme = themes[(themes.indexOf(theme) + 1) % themes.length];
    setTheme(theme);
    store(theme);
  });

  const text = document.getElementById('filter-text');
  const status = document.getElementById('filter-status');
  const rows = all('[data-status]').map((element) => ({ element, words: element.textContent.toLowerCase() }));
  const filter = () => {
    const words = text.value.toLowerCase().split(/\\s+/).filter(Boolean);
    const wanted = status.value;
    for (const row of rows) {
      const fits = (wanted === '' || row.element.dataset.status === wanted) && words.every((word) => row.words.includes(word));
      row.element.hidden = !fits;
    }
    const targets = all('details.target');
    const shown = targets.filter((target) => !target.hidden).length;
    document.getElementById('filter-count').textContent =
      shown === targets.length ? '' : shown + ' of ' + targets.length + ' targets shown';
    for (const note of all('[data-empty-for]')) {
      const list = all('[data-status]', document.getElementById(note.dataset.emptyFor));
      note.hidden = list.length === 0 || list.some((element) => !element.hidden);
    }
  };
  text.addEventListener('input', filter);
  status.addEventListener('change', filter);

  for (const button of all('th button')) {
    button.addEventListener('click', () => {
      const head = button.closest('th');
      const column = [...head.parentNode.children].indexOf(head);
      const down = head.getAttribute('aria-sort') === 'ascending';
      for (const other of head.parentNode.children) other.removeAttribute('aria-sort');
      head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
      const body = head.closest('table').tBodies[0];
      const key = (row) => {
        const cell = row.children[column];
        return cell === undefined ? '' : (cell.dataset.sort ?? cell.textContent.trim());
      };
      const sorted = [...body.rows].sort((left, right) => key(left).localeCompare(key(right), 'en', { numeric: true }));
      body.append(...(down ? sorted.reverse() : sorted));
    });
  }

  for (const button of all('[data-copy]')) {
    button.addEventListener('click', async () => {
      const code = button.parentNode.querySelector('code');
      const range = document.createRange();
      range.selectNodeContents(code);
      getSelection().removeAllRanges();
      getSelection().addRange(range);
      try {
        await navigator.clipboard.writeText(code.textContent);
        button.textContent = 'Copied';
      } catch {
        button.textContent = 'Selected';
      }
    });
  }

  const openTarget = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target === null || !target.matches('details')) return;
    target.hidden = false;
    target.open = true;
    target.scrollIntoView();
  };
  addEventListener('hashchange', openTarget);
  addEventListener('beforeprint', () => { for (const target of all('details')) target.open = true; });
  openTarget();
})();
`;
