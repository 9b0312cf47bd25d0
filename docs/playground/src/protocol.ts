// What the page asks the core, and what it gets; ../wasm/src/answers.rs has the same in Rust. Offsets count UTF-16 code units.

export type Tab = "config" | "policy";
export type Severity = "error" | "warning" | "info";

export interface Place {
  file: Tab;
  from: number;
  to: number;
  /** What is to see there, or what is written there instead. */
  text: string;
}

export interface Fix {
  title: string;
  isSafe: boolean;
  edits: Place[];
}

export interface Finding {
  rule: string;
  page: string;
  severity: Severity;
  message: string;
  place: Place;
  labels: Place[];
  help: string | null;
  note: string | null;
  fixes: Fix[];
}

export interface Artifact {
  path: string;
  text: string;
  /** The lines (from 0) that come from the key at the cursor. */
  lines: number[];
  /** The paths of all artifacts that the key ends in. */
  paths: string[];
}

export interface Hover {
  from: number;
  to: number;
  markdown: string;
}

export interface Completion {
  label: string;
  docs: string | null;
  from: number;
  to: number;
  text: string;
  snippet: string;
  kind: "property" | "enum" | "variable";
}

/** Each question with its answer. */
export interface Questions {
  analyse: [{ config: string; policy: string; today: string }, { findings: Finding[] }];
  prove: [object, { findings: Finding[]; artifacts: string[] } | null];
  artifact: [{ path: string; offset: number }, Artifact | null];
  hover: [{ file: Tab; offset: number }, Hover | null];
  complete: [{ file: Tab; offset: number }, Completion[] | null];
  format: [object, { text: string } | { refusal: string } | null];
  fix: [object, { text: string } | null];
}

export type Ask = keyof Questions;

export interface ToWorker {
  id: number;
  question: { ask: Ask };
}

export type FromWorker = { id: number; answer: unknown; milliseconds: number } | { id: number; trap: string };
