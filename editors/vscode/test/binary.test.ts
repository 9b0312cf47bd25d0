import assert from "node:assert/strict";
import { test } from "node:test";
import { type Found, type System, findBinary } from "../src/binary.ts";

function system(platform: NodeJS.Platform, env: System["env"], home: string, files: Record<string, Found>): System {
  return { platform, env, home, probe: (file) => files[file] ?? "missing" };
}

const linux = (files: Record<string, Found>) => system("linux", { PATH: "/usr/local/bin:/usr/bin" }, "/home/ann", files);
const windows = (files: Record<string, Found>) =>
  system("win32", { Path: "C:\\Windows;D:\\tools" }, "C:\\Users\\Ann", files);

test("the setting wins, and its ~ is the home folder", () => {
  const files: Record<string, Found> = { "/home/ann/gkc": "program", "/usr/bin/gkc": "program" };
  assert.deepEqual(findBinary("~/gkc", linux(files)), { path: "/home/ann/gkc" });
});

test("a wrong setting is said, not replaced by another binary", () => {
  assert.deepEqual(findBinary("/opt/gkc", linux({ "/usr/bin/gkc": "program" })), {
    problem: "`gkc.path` is `/opt/gkc`: no such file. Set it to the path of the binary, or remove it to search PATH.",
  });
});

test("PATH in its order, then cargo's folder", () => {
  const files: Record<string, Found> = { "/usr/bin/gkc": "program", "/home/ann/.cargo/bin/gkc": "program" };
  assert.deepEqual(findBinary("", linux(files)), { path: "/usr/bin/gkc" });
  delete files["/usr/bin/gkc"];
  assert.deepEqual(findBinary("", linux(files)), { path: "/home/ann/.cargo/bin/gkc" });
});

test("on Windows, with its names", () => {
  assert.deepEqual(findBinary("", windows({ "D:\\tools\\gkc.exe": "program" })), { path: "D:\\tools\\gkc.exe" });
  assert.deepEqual(findBinary("", windows({ "C:\\Users\\Ann\\.cargo\\bin\\gkc.exe": "program" })), {
    path: "C:\\Users\\Ann\\.cargo\\bin\\gkc.exe",
  });
});

test("what is missing is named as the system names it", () => {
  const how = "Install it with `cargo install gkc`, or set `gkc.path`.";
  assert.deepEqual(findBinary("", linux({})), {
    problem: `\`gkc\` found neither in PATH nor in \`/home/ann/.cargo/bin\`. ${how}`,
  });
  assert.deepEqual(findBinary("", system("darwin", {}, "/Users/ann", {})), {
    problem: `\`gkc\` found neither in PATH nor in \`/Users/ann/.cargo/bin\`. ${how}`,
  });
  assert.deepEqual(findBinary("", windows({})), {
    problem: `\`gkc.exe\` found neither in PATH nor in \`C:\\Users\\Ann\\.cargo\\bin\`. ${how}`,
  });
});

test("a file that cannot be run is passed over, and said if there is no other", () => {
  const files: Record<string, Found> = { "/usr/local/bin/gkc": "not executable", "/usr/bin/gkc": "program" };
  assert.deepEqual(findBinary("", linux(files)), { path: "/usr/bin/gkc" });
  delete files["/usr/bin/gkc"];
  assert.deepEqual(findBinary("", linux(files)), {
    problem: "`/usr/local/bin/gkc` is not executable. Run `chmod +x` on it.",
  });
});
