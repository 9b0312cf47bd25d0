//! What is written: files, who reads each, and the index that tells of them.

pub use crate::emit::lock::{
    EDITED, FORMAT as LOCK_FORMAT, PATH as LOCK, PRIVATE, keep_entries, same as same_lock, sha256,
};
pub use crate::emit::{Artifact, Consumer, DocumentKind};
pub use crate::model::Platform;
pub use crate::origin::Origin;
pub use crate::plan::Role;
