// A field for a number or a word. What is being typed stays while the page around it is drawn anew.
import { html, useState } from "../vendor/preact-htm.js";

/** `take` gets what was typed if `read` makes something of it; otherwise the field goes back to its value. */
export function Typed({ value, read, take, ...rest }) {
  const [draft, write] = useState(null);
  const commit = ({ target }) => {
    const found = read(target.value);
    write(null);
    if (found === null) target.value = value;
    else if (found !== value) take(found);
  };
  return html`<input ...${rest} value=${draft ?? value} onInput=${({ target }) => write(target.value)} onChange=${commit} />`;
}
