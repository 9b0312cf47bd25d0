// The Markdown of the core as elements: headings, paragraphs, lists, code, emphasis, links. Texts only ever become text nodes, because a
// configuration in a link may have been written by somebody else, and messages repeat its values.

export function markdown(text: string): HTMLElement {
  const out = element("div", "markdown");
  const lines = text.split("\n");
  let paragraph: string[] = [];
  let list: HTMLElement | undefined;
  const flush = () => {
    if (paragraph.length) (list?.lastElementChild ?? out.appendChild(element("p"))).append(...inline(paragraph.join(" ")));
    paragraph = [];
  };
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? "";
    const fence = /^\s*(```+|~~~+)/.exec(line)?.[1];
    const heading = /^(#+) (.*)/.exec(line);
    const item = /^\s*(?:[-*]|\d+\.) (.*)/.exec(line);
    if (fence) {
      flush();
      const code = [];
      while (++at < lines.length && !lines[at]?.trim().startsWith(fence)) code.push(lines[at]);
      out.appendChild(element("pre")).textContent = code.join("\n");
    } else if (heading) {
      flush();
      list = undefined;
      out.appendChild(element("h4")).append(...inline(heading[2] ?? ""));
    } else if (item) {
      flush();
      list ??= out.appendChild(element("ul"));
      list.append(element("li"));
      paragraph.push(item[1] ?? "");
    } else if (/^---+$/.test(line)) {
      flush();
      list = undefined;
      out.append(element("hr"));
    } else if (line.trim() === "") {
      flush();
      list = undefined;
    } else {
      paragraph.push(line.trim());
    }
  }
  flush();
  return out;
}

/** The parts of one line: `code`, **strong**, *emphasis*, [text](address). */
export function inline(text: string): (Node | string)[] {
  const out: (Node | string)[] = [];
  const pattern = /(`+)(.+?)\1|\*\*(.+?)\*\*|\*(\S.*?)\*|\[([^\]]+)\]\(([^)\s]+)\)|<(https?:[^>\s]+)>/g;
  let from = 0;
  for (const found of text.matchAll(pattern)) {
    out.push(text.slice(from, found.index));
    from = found.index + found[0].length;
    const [, , code, strong, emphasis, label, address, bare] = found;
    if (code) out.push(filled("code", [code]));
    else if (strong) out.push(filled("strong", inline(strong)));
    else if (emphasis) out.push(filled("em", inline(emphasis)));
    else out.push(link(address ?? bare ?? "", inline(label ?? bare ?? "")));
  }
  out.push(text.slice(from));
  return out;
}

export function link(address: string, content: (Node | string)[]): HTMLElement {
  if (!/^https?:/.test(address)) return filled("span", content);
  const out = document.createElement("a");
  out.href = address;
  out.target = "_blank";
  out.rel = "noopener noreferrer";
  out.append(...content);
  return out;
}

export function element(name: string, className = ""): HTMLElement {
  const out = document.createElement(name);
  out.className = className;
  return out;
}

export function filled(name: string, content: (Node | string)[], className = ""): HTMLElement {
  const out = element(name, className);
  out.append(...content);
  return out;
}
