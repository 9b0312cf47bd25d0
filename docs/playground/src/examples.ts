// Configurations to begin with: the example of the README, and some that the tests build.

import quickstart from "../../../examples/quickstart/gitpod-k3s.yaml";
import dualStack from "../../../golden/build/dual-stack/gitpod-k3s.yaml";
import hetzner from "../../../golden/build/hetzner-large/gitpod-k3s.yaml";
import merged from "../../../golden/build/tailnet-merge/gitpod-k3s.yaml";
import tailnet from "../../../golden/build/tailnet-merge/tailnet.hujson";
import type { Texts } from "./fragment.ts";

export const examples: { name: string; texts: Texts }[] = [
  { name: "Quickstart", texts: { config: quickstart, policy: "" } },
  { name: "Hetzner Cloud, with pools", texts: { config: hetzner, policy: "" } },
  { name: "IPv4 and IPv6", texts: { config: dualStack, policy: "" } },
  { name: "A tailnet's own policy", texts: { config: merged, policy: tailnet } },
];
