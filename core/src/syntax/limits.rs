//! How much one file may ask for. Each bound ends in one `limit` diagnostic.

/// How deep collections may nest. The language itself needs eight levels, passed-through sections perhaps twenty; the
/// bound keeps every walk over a tree that calls itself well within a thread's stack.
pub const MAX_DEPTH: usize = 200;

/// How many nodes a file may hold. A large real file has five thousand; half a million take about 60 MB and a tenth
/// of a second.
pub const MAX_NODES: usize = 500_000;

/// How many nodes a document with aliases may hold once every alias is replaced by what it stands for. Later stages follow
/// aliases and may write what they find, which costs ten times what parsing does; a real file stays below ten thousand.
pub const MAX_EXPANDED: u64 = 100_000;

/// How long a key may be, in bytes. YAML allows 1024 characters for a key without `?`.
pub const MAX_KEY_BYTES: usize = 1024;

/// How far the parser looks for the `:` that makes a text a key: further than a key may be long, so that a key that
/// is too long is called that, and short enough that a file of one long line is not buffered whole.
pub const MAX_KEY_LOOKAHEAD: usize = 8 * MAX_KEY_BYTES;

/// How many syntax errors, and how many duplicate keys, are reported. Past that a file is usually not meant for us,
/// and each further error costs a search for where to go on.
pub const MAX_SYNTAX_ERRORS: usize = 20;

/// How many bytes the search for where to go on after an error may parse, over all errors of a file: a fraction of a
/// second. Only files with one huge top-level block and several errors come near it.
pub const MAX_REPAIR_BYTES: usize = 24 * 1024 * 1024;
