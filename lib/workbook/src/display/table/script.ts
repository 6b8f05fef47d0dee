/**
 * The page's side of an interactive table, as one function without dependencies; it is sent as text.
 * Queries are words that must all occur in a row, and comparisons on a column: `parameters > 20`, `year <= 2020`.
 */
const PROGRAM = `
const root = document.getElementById(ID);
if (root && !root.dataset.ready) {
  root.dataset.ready = 'yes';
  const body = root.querySelector('tbody');
  const heads = [...root.querySelectorAll('th')];
  const rows = [...body.rows];
  const names = heads.map((head) => head.textContent.toLowerCase());
  const bar = document.createElement('div');
  const input = document.createElement('input');
  const count = document.createElement('span');
  input.type = 'search';
  const numeric = names.find((_, at) => rows[0] && rows[0].cells[at].dataset.value !== undefined);
  input.placeholder = 'filter by words' + (numeric === undefined ? '' : ', or by a column: ' + numeric + ' > 20');
  input.setAttribute('aria-label', 'filter rows');
  input.style.cssText = 'width:420px;max-width:90%;margin:4px 10px 4px 0';
  bar.append(input, count);
  root.insertBefore(bar, root.lastElementChild);
  const valueOf = (row, at) => {
    const cell = row.cells[at];
    return cell.dataset.value === undefined ? cell.textContent.toLowerCase() : Number(cell.dataset.value);
  };
  const columnOf = (text) => {
    const name = text.trim().toLowerCase();
    const exact = names.indexOf(name);
    return exact >= 0 ? exact : names.findIndex((known) => name !== '' && known.startsWith(name));
  };
  const compare = {
    '>': (a, b) => a > b,
    '<': (a, b) => a < b,
    '>=': (a, b) => a >= b,
    '<=': (a, b) => a <= b,
    '=': (a, b) => a === b,
  };
  const test = (row, clause) => {
    const match = clause.match(/^(.*?)(>=|<=|>|<|=)(.*)$/);
    const at = match ? columnOf(match[1]) : -1;
    if (!match || at < 0) return row.textContent.toLowerCase().includes(clause.toLowerCase());
    const wanted = match[3].trim().replace(/,/g, '');
    const value = valueOf(row, at);
    const holds = compare[match[2]];
    if (typeof value !== 'number') return holds(value, wanted.toLowerCase());
    return wanted === '' || holds(value, Number(wanted));
  };
  const clausesOf = (query) => query.split(/,(?!\\d{3}\\b)|\\band\\b/).flatMap((part) =>
    /[<>=]/.test(part) ? [part.trim()] : part.trim().split(/\\s+/)).filter((part) => part !== '');
  const filter = () => {
    const clauses = clausesOf(input.value);
    let shown = 0;
    for (const row of rows) {
      const ok = clauses.every((clause) => test(row, clause));
      row.style.display = ok ? '' : 'none';
      if (ok) shown += 1;
    }
    count.textContent = shown + ' of ' + rows.length + ' rows';
  };
  let sorted = -1;
  let sign = 1;
  const sort = (at) => {
    sign = sorted === at ? -sign : 1;
    sorted = at;
    const order = [...rows].sort((one, two) => {
      const a = valueOf(one, at), b = valueOf(two, at);
      return (a < b ? -1 : a > b ? 1 : 0) * sign;
    });
    body.append(...order);
    const direction = sign > 0 ? 'ascending' : 'descending';
    heads.forEach((head, index) => head.setAttribute('aria-sort', index === at ? direction : 'none'));
  };
  heads.forEach((head, at) => {
    head.style.cursor = 'pointer';
    head.title = 'sort';
    head.addEventListener('click', () => sort(at));
  });
  for (const type of ['keydown', 'keyup', 'keypress']) input.addEventListener(type, (event) => event.stopPropagation());
  input.addEventListener('input', filter);
  filter();
}
`;

/** The script element that makes the table with this id interactive. */
export function interactiveScript(id: string): string {
  return `<script>(() => { const ID = ${JSON.stringify(id)};${PROGRAM}})();</script>`;
}
