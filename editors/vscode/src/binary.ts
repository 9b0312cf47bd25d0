// Where the `gkc` binary is. Knows nothing of VS Code, so that other systems' paths can be tested on any of them.

import { accessSync, constants, statSync } from "node:fs";
import path from "node:path";

/** What the search depends on. */
export interface System {
  platform: NodeJS.Platform;
  env: Record<string, string | undefined>;
  home: string;
  probe: (file: string) => Found;
}

/** What is at a path. */
export type Found = "program" | "not executable" | "missing";

/** The binary, or what to tell the user instead. */
export type Binary = { path: string } | { problem: string };

/** The setting is final: whoever names a binary does not want another one. */
export function findBinary(setting: string, system: System): Binary {
  const { platform, env, home } = system;
  const { join, delimiter } = platform === "win32" ? path.win32 : path.posix;
  if (setting.trim() !== "") {
    const file = setting.trim().replace(/^~(?=[\\/])/, home);
    const found = system.probe(file);
    const fix = "Set it to the path of the binary, or remove it to search PATH.";
    return found === "program" ? { path: file } : { problem: `\`gkc.path\` is \`${file}\`: ${words[found]}. ${fix}` };
  }
  const name = platform === "win32" ? "gkc.exe" : "gkc";
  const cargo = join(home, ".cargo", "bin");
  // Windows does not care how the variable is written.
  const variable = Object.keys(env).find((key) => key === "PATH" || (platform === "win32" && /^path$/i.test(key)));
  const folders = (variable === undefined ? "" : (env[variable] ?? "")).split(delimiter).filter((folder) => folder !== "");
  let unusable = "";
  for (const folder of [...folders, cargo]) {
    const file = join(folder, name);
    const found = system.probe(file);
    if (found === "program") return { path: file };
    if (found === "not executable") unusable ||= file;
  }
  if (unusable !== "") return { problem: `\`${unusable}\` is not executable. ${permission[platform] ?? permission.linux}` };
  return {
    problem: `\`${name}\` found neither in PATH nor in \`${cargo}\`. Install it with \`${INSTALL}\`, or set \`gkc.path\`.`,
  };
}

/** Installs the binary where the search finds it. */
export const INSTALL = "cargo install gkc";

const words = { "not executable": "the file is not executable", missing: "no such file" };

const permission: Partial<Record<NodeJS.Platform, string>> & { linux: string } = {
  win32: "Allow your user to run it under Properties > Security.",
  linux: "Run `chmod +x` on it.",
};

/** What is at a path of this machine. */
export function probe(file: string): Found {
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) return "missing";
  try {
    accessSync(file, constants.X_OK);
    return "program";
  } catch {
    return "not executable";
  }
}
