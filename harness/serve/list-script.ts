/** Filters the list by outcome and words; what is chosen stays in the link and survives a reload. The list is whole without it. */
export const LIST_SCRIPT = `'use strict';
const form = document.querySelector('.filter');
const rows = [...document.querySelectorAll('tbody tr')];
if (form) {
  const [text, outcome] = [form.elements.namedItem('text'), form.elements.namedItem('outcome')];
  const shown = document.querySelector('[data-shown]');
  const asked = new URLSearchParams(location.search);
  text.value = asked.get('text') ?? '';
  if ([...outcome.options].some((option) => option.value === asked.get('outcome'))) outcome.value = asked.get('outcome');
  const apply = () => {
    const words = text.value.toLowerCase().split(/\\s+/).filter(Boolean);
    let count = 0;
    for (const row of rows) {
      const fits = (outcome.value === '' || row.className === outcome.value) && words.every((word) => row.dataset.text.includes(word));
      row.hidden = !fits;
      if (fits) count += 1;
    }
    shown.textContent = count === rows.length ? '' : count + ' of ' + rows.length + ' shown';
    const query = new URLSearchParams();
    for (const field of [text, outcome]) if (field.value !== '') query.set(field.name, field.value);
    history.replaceState(null, '', query.size === 0 ? '/' : '/?' + query);
  };
  form.hidden = false;
  for (const event of ['input', 'change']) form.addEventListener(event, apply);
  form.addEventListener('submit', (event) => event.preventDefault());
  apply();
}
`;
