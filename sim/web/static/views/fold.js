// A part that is closed at first. What is in it is made when somebody opens it: a chart has no size before.
import { html, useState } from "../vendor/preact-htm.js";

export function Fold({ title, children }) {
  const [open, set] = useState(false);
  return html`<details onToggle=${({ currentTarget }) => set(currentTarget.open)}><summary>${title}</summary>${open && children}</details>`;
}
