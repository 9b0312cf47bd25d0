// The findings, and rows of tabs.

import { element, filled, inline, link } from "./markdown.ts";
import type { Finding, Fix, Place } from "./protocol.ts";

export interface Actions {
  go(place: Place): void;
  apply(fix: Fix): void;
}

/** Shows findings, the worst first. */
export function showFindings(list: Element, findings: Finding[], actions: Actions, line: (place: Place) => string): void {
  const order = ["error", "warning", "info"];
  const sorted = findings.toSorted((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
  list.replaceChildren(...sorted.map((finding) => shown(finding, actions, line)));
}

function shown(finding: Finding, actions: Actions, line: (place: Place) => string): HTMLElement {
  const item = element("li", `finding ${finding.severity}`);
  const message = button([...inline(finding.message)], () => actions.go(finding.place), "message");
  const where = filled("span", [line(finding.place)], "where");
  item.append(filled("p", [filled("span", [finding.severity], "severity"), message, where], "head"));
  for (const label of finding.labels) {
    item.append(filled("p", ["see ", button(inline(label.text), () => actions.go(label)), " ", filled("span", [line(label)], "where")]));
  }
  if (finding.help) item.append(filled("p", [filled("strong", ["help: "]), ...inline(finding.help)]));
  if (finding.note) item.append(filled("p", [filled("strong", ["note: "]), ...inline(finding.note)]));
  const row = element("p", "row");
  for (const fix of finding.fixes) {
    const title = fix.isSafe ? "" : " (unsafe)";
    row.append(button([...inline(fix.title), title], () => actions.apply(fix), "fix"), " ");
  }
  row.append(link(finding.page, [finding.rule]));
  item.append(row);
  return item;
}

function button(content: (Node | string)[], act: () => void, className = ""): HTMLButtonElement {
  const out = document.createElement("button");
  out.type = "button";
  out.className = className;
  out.append(...content);
  out.addEventListener("click", act);
  return out;
}

export interface TabButton {
  name: string;
  /** What it shows, if that is no element of its own. */
  panel: string;
}

/** A row of tabs: one is in the order of the Tab key, and the arrows lead to the others. */
export class Tabs {
  readonly #list: HTMLElement;
  readonly #select: (name: string) => void;
  #buttons = new Map<string, HTMLButtonElement>();
  selected = "";

  constructor(list: HTMLElement, select: (name: string) => void) {
    this.#list = list;
    this.#select = select;
    list.addEventListener("keydown", (event) => this.#key(event));
  }

  show(tabs: TabButton[]): void {
    const names = tabs.map((tab) => tab.name);
    if (names.join("\n") === [...this.#buttons.keys()].join("\n")) return;
    this.#buttons = new Map(tabs.map((tab) => [tab.name, this.#button(tab)]));
    this.#list.replaceChildren(...this.#buttons.values());
    this.select(this.#buttons.has(this.selected) ? this.selected : (names[0] ?? ""));
  }

  select(name: string): void {
    this.selected = name;
    for (const [each, button] of this.#buttons) {
      button.setAttribute("aria-selected", String(each === name));
      button.tabIndex = each === name ? 0 : -1;
    }
  }

  /** Marks some tabs. */
  mark(names: string[]): void {
    for (const [name, button] of this.#buttons) button.classList.toggle("of-key", names.includes(name));
  }

  #button({ name, panel }: TabButton): HTMLButtonElement {
    const out = button([name], () => {
      this.select(name);
      this.#select(name);
    });
    out.title = name;
    out.setAttribute("role", "tab");
    out.setAttribute("aria-controls", panel);
    return out;
  }

  #key(event: KeyboardEvent): void {
    const names = [...this.#buttons.keys()];
    const at = names.indexOf(this.selected);
    const [before, behind] = [at - 1, at + 1];
    const ends = { Home: 0, End: names.length - 1 };
    const moves: Record<string, number> = { ArrowDown: behind, ArrowRight: behind, ArrowUp: before, ArrowLeft: before, ...ends };
    const to = moves[event.key];
    const name = to === undefined ? undefined : names.at(to % names.length);
    if (name === undefined) return;
    event.preventDefault();
    this.select(name);
    this.#buttons.get(name)?.focus();
    this.#select(name);
  }
}
