// The texts in the fragment of the address, compressed: servers never see a fragment.

export interface Texts {
  config: string;
  policy: string;
}

export async function toFragment(texts: Texts): Promise<string> {
  const bytes = await through(new TextEncoder().encode(JSON.stringify([texts.config, texts.policy])), new CompressionStream("deflate-raw"));
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return `#${btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")}`;
}

/** The texts of a fragment, or nothing where it holds none. */
export async function fromFragment(fragment: string): Promise<Texts | undefined> {
  try {
    const binary = atob(fragment.slice(1).replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    const texts: unknown = JSON.parse(new TextDecoder().decode(await through(bytes, new DecompressionStream("deflate-raw"))));
    if (!Array.isArray(texts)) return undefined;
    const [config, policy] = texts as unknown[];
    return typeof config === "string" && typeof policy === "string" ? { config, policy } : undefined;
  } catch {
    return undefined;
  }
}

async function through(bytes: Uint8Array<ArrayBuffer>, stream: CompressionStream | DecompressionStream): Promise<Uint8Array> {
  return new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(stream)).arrayBuffer());
}
