// What belongs to the whole page: its language, light or dark, keys, and the list of them.
(() => {
  const LANGUAGE = 'deepart-language';
  const YEAR = 365 * 24 * 3600;
  const chosen = document.cookie.match(new RegExp(`(?:^|; )${LANGUAGE}=([a-z]+)`))?.[1];
  if (chosen) {  // Gradio's own words follow the browser's language
    Object.defineProperty(navigator, 'language', {get: () => chosen});
    Object.defineProperty(navigator, 'languages', {get: () => [chosen]});
  }
  const speak = language => {
    const far = location.protocol === 'https:' ? 'SameSite=None; Secure; Partitioned' : 'SameSite=Lax';
    document.cookie = `${LANGUAGE}=${language}; path=/; max-age=${YEAR}; ${far}`;
    location.reload();
  };
  const words = () => JSON.parse(document.querySelector('[data-do="keys"]')?.value || 'null');
  const named = new MutationObserver(() => {
    if (!words()) return;
    document.documentElement.lang = words().language;
    named.disconnect();
  });
  named.observe(document.documentElement, {childList: true, subtree: true});

  const THEME = 'deepart-theme';
  const kept = () => { try { return localStorage.getItem(THEME); } catch { return null; } };
  // What the artist chose holds against what Gradio takes from the system; an address that names a theme holds against both.
  const apply = () => { if (kept()) document.body.classList.toggle('dark', kept() === 'dark'); };
  const watch = () => {
    apply();
    new MutationObserver(apply).observe(document.body, {attributes: true, attributeFilter: ['class']});
  };
  if (new URL(location.href).searchParams.has('__theme')) { /* as it says */ }
  else if (document.body) watch();
  else document.addEventListener('DOMContentLoaded', watch);
  const turn = () => {
    const dark = !document.body.classList.contains('dark');
    try { localStorage.setItem(THEME, dark ? 'dark' : 'light'); } catch { /* it lasts until the page is left */ }
    document.body.classList.toggle('dark', dark);
  };

  const seen = button => button.offsetParent !== null && !button.disabled;
  // The button of a kind that is nearest to where the artist is at work.
  const find = kind => {
    for (let place = document.activeElement; place; place = place.parentElement) {
      const near = [...place.querySelectorAll(`button.${kind}, .${kind} button`)].find(seen);
      if (near) return near;
    }
    return [...document.querySelectorAll(`button.${kind}, .${kind} button`)].find(seen);
  };
  const press = (event, kind) => {
    const button = find(kind);
    if (!button) return;
    event.preventDefault();
    button.click();
  };

  const list = () => {
    let dialog = document.querySelector('dialog.keys');
    if (!dialog) {
      dialog = document.createElement('dialog');
      dialog.className = 'keys';
      dialog.setAttribute('aria-label', words().title);
      const title = document.createElement('h2'), rows = document.createElement('dl'), close = document.createElement('button');
      title.textContent = words().title;
      for (const [key, what] of words().keys) {
        const term = document.createElement('dt'), said = document.createElement('dd'), cap = document.createElement('kbd');
        cap.textContent = key;
        said.textContent = what;
        term.append(cap);
        rows.append(term, said);
      }
      close.textContent = words().close;
      close.type = 'button';
      close.onclick = () => dialog.close();
      dialog.append(title, rows, close);
      document.querySelector('.gradio-container').append(dialog);
    }
    dialog.open ? dialog.close() : dialog.showModal();
  };

  // A sentence of help on the control under the pointer, or with the focus.
  const help = event => {
    const block = event.target instanceof Element && event.target.closest('.block');
    const label = block?.querySelector('[data-testid="block-info"], .label-text, [data-testid="block-label"]')?.textContent.trim();
    const said = label && words()?.help[label];
    if (!said) return;
    block.title = said;
    block.querySelectorAll('input, textarea, select, button').forEach(each => each.setAttribute('aria-description', said));
  };
  document.addEventListener('mouseover', help);
  document.addEventListener('focusin', help);

  const typing = place => place.closest('textarea, select, [contenteditable="true"], input:not([type]), '
    + 'input[type="text"], input[type="number"], input[type="search"], input[type="password"]');
  document.addEventListener('keydown', event => {
    if (event.defaultPrevented || event.isComposing || !(event.target instanceof Element)) return;
    const held = event.ctrlKey || event.metaKey;
    if (document.querySelector('dialog[open]')) return;
    if (held && event.key === 'Enter') press(event, 'key-run');
    else if (event.key === 'Escape') press(event, 'key-stop');
    else if (held || event.altKey || typing(event.target)) return;
    else if (event.key === '?') { event.preventDefault(); list(); }
    else if (event.key === 'r' || event.key === 'R') press(event, 'key-random');
    else if (event.key === 'z') press(event, 'key-undo');
    else if (event.key === 'Z') press(event, 'key-redo');
  });
  document.addEventListener('click', event => {
    const button = event.target instanceof Element && event.target.closest('[data-do]');
    if (button?.dataset.do === 'language') speak(button.value);
    else if (button?.dataset.do === 'theme') turn();
    else if (button?.dataset.do === 'keys') list();
  });
})();
